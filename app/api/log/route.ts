import { handle } from "@/lib/http/handle"
import { LogRequest } from "@/lib/http/schemas/log"
import { showLogPage } from "@/lib/http/show/log"
import { readLog } from "@/lib/server/read-log"
import { wired } from "@/lib/server/wiring"

export const GET = handle("GET /api/log", LogRequest, async ({ input, person }) => {
  const { person: userId, agent: actorId, event: subjectId, ...rest } = input
  return showLogPage(await readLog(wired, person, { userId, actorId, subjectId, ...rest }))
})
