import { handshakeOf, readGraphCalls } from "@/lib/http/graph-calls"
import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { limitedText } from "@/lib/http/read-input"
import { hearPush } from "@/lib/server/hear-push"
import { wired } from "@/lib/server/wiring"

/** 202 when any of the calls was ours: Graph sends a message again that is answered otherwise. */
export const POST = handle("POST /api/webhooks/microsoft", null, async ({ request }) => {
  const handshake = handshakeOf(request)
  if (handshake) return handshake
  const calls = readGraphCalls((await limitedText(request)) ?? "")
  if (!calls) return problem("bad-request")
  const heard = await Promise.all(calls.map((call) => hearPush(wired, call)))
  return heard.includes(true) ? new Response(null, { status: 202 }) : problem("not-found")
})
