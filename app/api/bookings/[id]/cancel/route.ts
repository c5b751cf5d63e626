import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { cancelBooking } from "@/lib/server/cancel-booking"
import { wired } from "@/lib/server/wiring"

export const POST = handle("POST /api/bookings/:id/cancel", null, async ({ params, person }) => {
  const kind = await cancelBooking(wired, person, params.id)
  return kind === "notFound" ? problem("not-found") : { kind }
})
