import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { ChooseRequest } from "@/lib/http/schemas/assistant"
import { showTurn } from "@/lib/http/show/turn"
import { choose } from "@/lib/server/say"
import { wired } from "@/lib/server/wiring"

export const POST = handle("POST /api/assistant/choose", ChooseRequest, async ({ input, person }) => {
  const turn = await choose(wired, person, input.turnId, input.choice)
  return turn ? showTurn(wired.store, person, turn) : problem("not-found")
})
