import { handle } from "@/lib/http/handle"
import { showVerification } from "@/lib/http/show/log"
import { verifyLog } from "@/lib/server/verify-log"
import { wired } from "@/lib/server/wiring"

export const POST = handle("POST /api/log/verify", null, async ({ person }) => {
  const startedAt = wired.clock.monotonic()
  const verdict = await verifyLog(wired, person)
  return showVerification(verdict, Math.round(wired.clock.monotonic() - startedAt))
})
