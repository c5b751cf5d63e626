import { z } from "zod"
import type { Call } from "../server/hear-push"

/** What Graph posts: changes, and what becomes of a subscription, at one address. What changed is not read: it is asked for. */
const GraphCalls = z.object({
  value: z
    .array(
      z.object({
        subscriptionId: z.string().max(200),
        clientState: z.string().max(200),
        lifecycleEvent: z.string().optional(),
      }),
    )
    .max(1_000),
})

/** One a subscription: a hundred changes in one message are one re-read. Null: not what Graph posts. */
export function readGraphCalls(text: string): Call[] | null {
  const parsed = GraphCalls.safeParse(jsonOf(text))
  if (!parsed.success) return null
  const calls = parsed.data.value.map(({ subscriptionId, clientState, lifecycleEvent }) => ({
    token: clientState,
    channelId: subscriptionId,
    // reauthorizationRequired: another one is opened in its place; missed: a re-read is all it takes
    ended: lifecycleEvent === "subscriptionRemoved" || lifecycleEvent === "reauthorizationRequired",
  }))
  return [...new Map(calls.map((call) => [`${call.token} ${call.channelId} ${call.ended}`, call])).values()]
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The handshake of a new subscription: the token, decoded, as plain text (providers.md section 2). Null: no handshake. */
export function handshakeOf(request: Request): Response | null {
  const token = new URL(request.url).searchParams.get("validationToken")
  if (token === null) return null
  const headers = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" }
  return token.length > 1_000 ? new Response(null, { status: 400 }) : new Response(token, { status: 200, headers })
}
