import { handle } from "@/lib/http/handle"
import { wired } from "@/lib/server/wiring"

/** 200 when requests can be taken, 503 with the reasons when not. */
export const GET = handle("GET /readyz", null, async () => {
  const checks = await wired.readiness.checks()
  const ready = checks.every((check) => check.ok)
  return Response.json({ ready, checks }, { status: ready ? 200 : 503 })
})
