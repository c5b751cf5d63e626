import { handle } from "@/lib/http/handle"
import { CloseCalendarRequest } from "@/lib/http/schemas/agents"
import { closeCalendar } from "@/lib/server/close-calendar"
import { wired } from "@/lib/server/wiring"

export const POST = handle("POST /api/agents/calendars/close", CloseCalendarRequest, async ({ input, person }) => ({
  kind: await closeCalendar(wired, person, input),
}))
