import { rateLimit, readViolation } from "@/lib/http/csp-report"
import { handle } from "@/lib/http/handle"
import { limitedText } from "@/lib/http/read-input"
import { wired } from "@/lib/server/wiring"

const allowed = rateLimit(20, 60_000)

export const POST = handle("POST /api/csp", null, async ({ request }) => {
  const violation = readViolation((await limitedText(request)) ?? "")
  if (violation && allowed(wired.clock.monotonic())) wired.log.warn({ violation }, "content security policy violated")
})
