import { eventStream, heardUpTo } from "@/lib/http/event-stream"
import { handle } from "@/lib/http/handle"
import { StreamRequest } from "@/lib/http/schemas/workspace"
import { hearLog } from "@/lib/server/hear-log"
import { wired } from "@/lib/server/wiring"

export const dynamic = "force-dynamic"

export const GET = handle("GET /api/stream", StreamRequest, ({ input, person, request }) =>
  eventStream(
    request,
    (send) =>
      hearLog(wired, person.workspaceId, heardUpTo(request) ?? input.since ?? null, (size) =>
        send("sealed", String(size), { size }),
      ),
    (err) => wired.log.warn({ err }, "the log could not be listened to"),
  ),
)
