import { handle } from "@/lib/http/handle"
import { answerMcp } from "@/lib/http/mcp/answer"

const answer = ({ request }: { request: Request }) => answerMcp(request)

export const POST = handle("POST /api/mcp", null, answer)
export const GET = handle("GET /api/mcp", null, answer)
export const DELETE = handle("DELETE /api/mcp", null, answer)
