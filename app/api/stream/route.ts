import { eventStream } from "@/lib/http/event-stream"
import { handle } from "@/lib/http/handle"
import { wired } from "@/lib/server/wiring"

export const dynamic = "force-dynamic"

export const GET = handle("GET /api/stream", null, ({ person, request }) =>
  eventStream(request, (send) =>
    wired.sealedEvents.subscribe(person.workspaceId, (size) => send("sealed", String(size), { size })),
  ),
)
