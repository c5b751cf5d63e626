import { handle } from "@/lib/http/handle"
import { lineStream, takesLines } from "@/lib/http/line-stream"
import { type SayLine, SayRequest } from "@/lib/http/schemas/assistant"
import { showConversation, showTurn } from "@/lib/http/show/turn"
import { say } from "@/lib/server/say"
import { wired } from "@/lib/server/wiring"

export const GET = handle("GET /api/assistant", null, ({ person }) => showConversation(wired.store, person))

export const POST = handle("POST /api/assistant", SayRequest, async ({ input: { words }, person, request }) => {
  if (!takesLines(request)) return showTurn(wired.store, person, await say(wired, person, words))
  const answer = async (send: (line: SayLine) => void) => {
    const turn = await say(wired, person, words, (step) => send({ kind: "step", step }))
    send({ kind: "turn", turn: await showTurn(wired.store, person, turn) })
  }
  return lineStream(answer, (err) => wired.log.error({ err, route: "POST /api/assistant" }, "a line of chat failed"))
})
