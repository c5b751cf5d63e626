import { createRoute, z } from "@hono/zod-openapi"
import { keyPrefix } from "../../domain/agent-key"
import { MINUTE_MS } from "../../domain/zoned-time"
import { findAvailability } from "../../server/find-availability"
import { whoami } from "../../server/whoami"
import { wired } from "../../server/wiring"
import { problem } from "../problem"
import { answers, needs, reply, router } from "./routing"
import {
  Agent,
  AgentsQuery,
  AuditEvent,
  AuditQuery,
  Availability,
  AvailabilityQuery,
  paged,
  RowId,
  Whoami,
} from "./schemas"
import { pageOf, showAudit } from "./show"

/* What agents may know: who they are, when people are free, and what became of requests. */

const LONGEST_RANGE_MS = 92 * 24 * 3_600_000

export const readingRoutes = router()
  .openapi(
    createRoute({
      method: "get",
      path: "/whoami",
      operationId: "whoami",
      summary: "Who you are, and on whose calendars you may book",
      tags: ["Agents"],
      security: [{ agentKey: [] }],
      responses: answers(200, Whoami, "You."),
    }),
    async (c) => {
      const caller = c.get("caller")
      const people = await whoami(wired, caller)
      return reply(
        {
          workspace_id: caller.workspaceId,
          agent: { id: caller.agentId, name: caller.agentName },
          key: {
            id: caller.keyId,
            prefix: keyPrefix({ workspaceId: caller.workspaceId, id: caller.keyId }),
            scopes: caller.scopes,
            expires_at: caller.expiresAt,
          },
          people: people.map(({ userId, name, timeZone, priority, calendars }) => ({
            user_id: userId,
            name,
            time_zone: timeZone,
            your_priority: priority,
            calendars: calendars.map(({ calendarId, name, times }) => ({
              calendar_id: calendarId,
              name,
              hold_seconds: times.holdMs / 1_000,
              bump_seconds: times.bumpMs / 1_000,
            })),
          })),
        },
        200,
      ) as never
    },
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/availability",
      operationId: "getAvailability",
      summary: "When everybody is free",
      description:
        "Within working hours, apart from focus blocks, events (with the person's buffer) and others' holds. A hint: only the commit is the check.",
      tags: ["Availability"],
      ...needs("availability:read"),
      request: { query: AvailabilityQuery },
      responses: { ...answers(200, Availability, "Slots, in order."), 422: answers(200, Availability, "")[400] },
    }),
    async (c) => {
      const { user_id, range_start, range_end, duration_minutes, step_minutes, limit } = c.req.valid("query")
      const length = Date.parse(range_end) - Date.parse(range_start)
      if (length <= 0 || length > LONGEST_RANGE_MS) return problem("range-invalid") as never
      const durationMs = duration_minutes * MINUTE_MS
      const stepMs = step_minutes * MINUTE_MS
      const wish = { userIds: user_id, from: range_start, to: range_end, durationMs, stepMs, limit: limit + 1 }
      const slots = await findAvailability(wired, c.get("caller"), wish)
      if (!slots) return problem("not-found", "Somebody who is asked for does not list you") as never
      return reply({ slots: slots.slice(0, limit), next_range_start: slots[limit]?.start ?? null }, 200) as never
    },
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/agents",
      operationId: "listAgents",
      summary: "A person's agents, in the order in which they rank them",
      tags: ["Agents"],
      ...needs("audit:read"),
      request: { query: AgentsQuery },
      responses: answers(200, z.object({ items: z.array(Agent) }).openapi("Agents"), "The highest first."),
    }),
    async (c) => {
      const { workspaceId, agentId } = c.get("caller")
      const agents = await wired.bookingSetup.agents(workspaceId, c.req.valid("query").user_id)
      if (!agents.some((each) => each.agentId === agentId)) return problem("not-found") as never
      return reply({ items: agents.map(({ agentId: id, name, priority }) => ({ id, name, priority })) }, 200) as never
    },
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/audit",
      operationId: "listAudit",
      summary: "What became of requests on the calendars you may book on, the latest first",
      tags: ["Audit"],
      ...needs("audit:read"),
      request: { query: AuditQuery },
      responses: answers(200, paged(AuditEvent, "AuditEvents"), "A page of them."),
    }),
    async (c) => {
      const { workspaceId, agentId } = c.get("caller")
      const { resource, agent_id, cursor, limit } = c.req.valid("query")
      const people = await wired.availability.people(workspaceId, agentId, [])
      const filter = {
        workspaceId,
        ownerIds: people.map(({ userId }) => userId),
        ...(resource !== undefined && { resourceId: resource }),
        ...(agent_id !== undefined && { agentId: agent_id }),
      }
      const page = await wired.bookings.audit(filter, { before: cursor ?? null, limit })
      return reply(pageOf(page, showAudit), 200) as never
    },
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/audit/{id}",
      operationId: "getAuditEvent",
      summary: "One row, as a refusal named it",
      tags: ["Audit"],
      ...needs("audit:read"),
      request: { params: z.object({ id: RowId }) },
      responses: answers(200, AuditEvent, "The row."),
    }),
    async (c) => {
      const { workspaceId, agentId } = c.get("caller")
      const event = await wired.bookings.findAuditEvent(workspaceId, c.req.valid("param").id)
      const seen = event?.ownerId && (await wired.availability.people(workspaceId, agentId, [event.ownerId])).length > 0
      return (event && seen ? reply(showAudit(event), 200) : problem("not-found")) as never
    },
  )
