import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { ChooseCalendarRequest } from "@/lib/http/schemas/connection"
import { chooseCalendar } from "@/lib/server/choose-calendar"
import { wired } from "@/lib/server/wiring"

const REFUSALS = {
  "not-found": () => problem("not-found"),
  "read-only": () => problem("bad-request", "New events cannot go to a calendar that can only be read"),
  unreadable: () => problem("unavailable", "The account cannot be read right now"),
  changed: () => undefined,
} as const

export const PATCH = handle(
  "PATCH /api/connections/:id/calendars",
  ChooseCalendarRequest,
  async ({ input, params, person }) => REFUSALS[await chooseCalendar(wired, person, params.id, input)](),
)
