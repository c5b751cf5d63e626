import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { hearPush } from "@/lib/server/hear-push"
import { wired } from "@/lib/server/wiring"

/** A call without a body: its headers say which channel, and its token that it is ours. The early `sync` is one like any other. */
export const POST = handle("POST /api/webhooks/google", null, async ({ request }) => {
  const header = (name: string) => request.headers.get(`x-goog-channel-${name}`) ?? ""
  const heard = await hearPush(wired, { token: header("token"), channelId: header("id"), ended: false })
  return heard ? undefined : problem("not-found")
})
