import { handle } from "@/lib/http/handle"
import { answerV1 } from "@/lib/http/v1/app"

const answer = ({ request }: { request: Request }) => answerV1(request)

export const GET = handle("GET /api/v1/*", null, answer)
export const POST = handle("POST /api/v1/*", null, answer)
export const PUT = handle("PUT /api/v1/*", null, answer)
export const PATCH = handle("PATCH /api/v1/*", null, answer)
export const DELETE = handle("DELETE /api/v1/*", null, answer)
