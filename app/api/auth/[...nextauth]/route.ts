import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { wired } from "@/lib/server/wiring"

const signIn = async ({ request }: { request: Request }) => (await wired.signInRoutes(request)) ?? problem("not-found")

export const GET = handle("GET /api/auth/*", null, signIn)
export const POST = handle("POST /api/auth/*", null, signIn)
