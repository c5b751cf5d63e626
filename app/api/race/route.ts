import { handle } from "@/lib/http/handle"
import { lineStream } from "@/lib/http/line-stream"
import { RaceRequest } from "@/lib/http/schemas/race"
import { runRace } from "@/lib/server/run-race"
import { wired } from "@/lib/server/wiring"

export const POST = handle("POST /api/race", RaceRequest, ({ input, person }) =>
  lineStream(
    (send) => runRace(wired, person, input, send),
    (err) => wired.log.error({ err, route: "POST /api/race" }, "a race failed"),
  ),
)
