import { handle } from "@/lib/http/handle"
import { SayRequest } from "@/lib/http/schemas/assistant"
import { showConversation, showTurn } from "@/lib/http/show/turn"
import { say } from "@/lib/server/say"
import { wired } from "@/lib/server/wiring"

export const GET = handle("GET /api/assistant", null, ({ person }) => showConversation(wired.store, person))

export const POST = handle("POST /api/assistant", SayRequest, async ({ input, person }) =>
  showTurn(wired.store, person, await say(wired, person, input.words)),
)
