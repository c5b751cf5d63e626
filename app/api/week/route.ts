import { handle } from "@/lib/http/handle"
import { WeekRequest } from "@/lib/http/schemas/event"
import { showWeek } from "@/lib/http/show/week"
import { listWeek } from "@/lib/server/list-week"
import { wired } from "@/lib/server/wiring"

export const GET = handle("GET /api/week", WeekRequest, async ({ input, person }) =>
  showWeek(wired.store, person, await listWeek(wired, person, input)),
)
