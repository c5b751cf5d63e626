import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { OpenCalendarRequest } from "@/lib/http/schemas/agents"
import { openCalendar } from "@/lib/server/open-calendar"
import { wired } from "@/lib/server/wiring"

const REFUSALS = {
  "not-found": () => problem("not-found"),
  "read-only": () => problem("bad-request", "Agents cannot book on a calendar that can only be read"),
  unreadable: () => problem("unavailable", "The account cannot be read right now"),
  opened: () => undefined,
} as const

export const POST = handle("POST /api/agents/calendars", OpenCalendarRequest, async ({ input, person }) =>
  REFUSALS[await openCalendar(wired, person, input)](),
)
