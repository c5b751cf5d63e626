import { createRoute, z } from "@hono/zod-openapi"
import { hearDeadViews } from "../../server/hear-dead-views"
import { wired } from "../../server/wiring"
import { eventStream } from "../event-stream"
import { RunId } from "./record-schemas"
import { ALWAYS, needs, router } from "./routing"

/** A key that was revoked or ran out hears no more after so long: whoever listens comes again, and is looked at again. */
const LISTENING_MS = 5 * 60_000

/* Runs: pieces of work of agents, and what became of what they have read. */

export const recordRunRoutes = router().openapi(
  createRoute({
    method: "get",
    tags: ["Records"],
    ...needs("records:read"),
    path: "/record-runs/{run_id}/dead-views",
    operationId: "hearDeadViews",
    summary: "What a run has read and is no longer so, as it happens",
    description:
      "Server-sent events `dead-view`, each with the key of a record that the run has read and the version that stands now (null: it is gone). What is dead already comes first. Ends after five minutes: ask again.",
    request: { params: z.object({ run_id: RunId }) },
    responses: {
      ...ALWAYS,
      200: {
        description: 'Such as `data: {"key":"plans/launch.json","version":"42"}`.',
        content: { "text/event-stream": { schema: z.string() } },
      },
    },
  }),
  (c) => {
    const { workspaceId, agentId } = c.get("caller")
    const run = { workspaceId, agentId, runId: c.req.valid("param").run_id.toLowerCase() }
    const failed = (err: unknown) => wired.log.warn({ err }, "dead views could not be looked at")
    return eventStream(
      c.req.raw,
      async (send, end) => {
        const broken = (error: unknown) => {
          failed(error)
          end()
        }
        const unsubscribe = await hearDeadViews(
          wired,
          run,
          (view) => send("dead-view", view.version ?? "", view),
          broken,
        )
        const enough = setTimeout(end, LISTENING_MS)
        return () => {
          clearTimeout(enough)
          unsubscribe()
        }
      },
      failed,
    ) as never
  },
)
