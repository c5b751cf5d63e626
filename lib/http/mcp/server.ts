import { McpServer, type RegisteredTool } from "@modelcontextprotocol/sdk/server/mcp.js"
import { z } from "zod"
import { canonicalHash } from "../../domain/canonical"
import { snakeCase } from "../../domain/webhook"
import { MINUTE_MS } from "../../domain/zoned-time"
import type { AgentCaller } from "../../ports/agent-keys"
import type { Answered, Idempotency } from "../../ports/booking-store"
import { cancelBooking, commitBooking, holdSlot, releaseHold } from "../../server/agent-booking"
import { findAvailability } from "../../server/find-availability"
import { whoami } from "../../server/whoami"
import { wired } from "../../server/wiring"
import { text } from "../v1/schemas"
import { showBooking, showBusy, showHold, showOutranked } from "../v1/show"
import { registerCalendarTools } from "./calendar-tools"
import { Id, instant } from "./inputs"
import { registerRecordTools } from "./record-tools"
import { type Allowed, type Register, said } from "./said"
import { listOnly, missingScope, type ToolName } from "./tool-list"

/*
 * D24: the engine for assistants. A lost race is no failure of the tool: it is structured content, with `kind` first, that says who won and that trying again does not help.
 */

const utc = (at: string): string => new Date(at).toISOString()
const place = {
  user_id: text(300).describe("Whose calendar; whoami lists them."),
  calendar_id: text(300).optional().describe("Absent: the person's first."),
}
const slot = { start: instant().describe("ISO 8601, on the five-minute grid."), end: instant() }
const key = {
  idempotency_key: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/)
    .optional()
    .describe("Send the same again to get the same answer."),
}

const READS = { readOnlyHint: true, openWorldHint: false } as const
const WRITES = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false } as const

/** A server for one request of one agent. It lists what the key may call; a call of anything else is `forbidden`, with the scope that is missing. */
export function mcpServer(caller: AgentCaller): McpServer {
  const server = new McpServer({ name: "ifmatch", version: "1.0.0" })
  const listed = new Map<ToolName, RegisteredTool>()
  const register: Register = (name, config, answer) => {
    const tool = server.registerTool(name, config, answer)
    if (!missingScope(name, caller.scopes)) listed.set(name, tool)
  }

  const idempotency = (
    tool: string,
    { idempotency_key, ...asked }: { readonly idempotency_key?: string | undefined },
  ): Idempotency | null =>
    idempotency_key === undefined ? null : { key: idempotency_key, digest: canonicalHash({ tool, asked }) }

  /** Only with the scope; what throws is the protocol's internal error, and is logged. */
  const allowed: Allowed = async (tool, answer) => {
    const missing = missingScope(tool, caller.scopes)
    if (missing) return said({ kind: "forbidden", missing_scope: missing }, true)
    try {
      return await answer()
    } catch (err) {
      wired.log.error({ err }, "a tool failed")
      return said({ kind: "fault" }, true)
    }
  }

  register(
    "whoami",
    {
      title: "Who am I",
      description: "Who you are, and on whose calendars you may book.",
      inputSchema: {},
      annotations: READS,
    },
    () =>
      allowed("whoami", async () => {
        const people = await whoami(wired, caller)
        const shown = people.map(({ userId, name, timeZone, priority, calendars }) => ({
          userId,
          name,
          timeZone,
          yourPriority: priority,
          calendars: calendars.map(({ calendarId, name }) => ({ calendarId, name })),
        }))
        return said({
          kind: "you",
          agent_id: caller.agentId,
          name: caller.agentName,
          scopes: caller.scopes,
          people: snakeCase(shown),
        })
      }),
  )

  register(
    "get_availability",
    {
      title: "When everybody is free",
      description: "Slots in which all of these people can be booked. A hint: only the commit is the check.",
      inputSchema: {
        user_ids: z.array(text(300)).min(1).max(20),
        range_start: instant(),
        range_end: instant(),
        duration_minutes: z.number().int().min(5).max(1440).multipleOf(5),
        limit: z.number().int().min(1).max(200).default(20),
      },
      annotations: READS,
    },
    ({ user_ids, range_start, range_end, duration_minutes, limit }) =>
      allowed("get_availability", async () => {
        const days = (Date.parse(range_end) - Date.parse(range_start)) / 86_400_000
        if (!(days > 0 && days <= 92)) return said({ kind: "invalid", reason: "range" }, true)
        const slots = await findAvailability(wired, caller, {
          userIds: user_ids,
          from: range_start,
          to: range_end,
          durationMs: duration_minutes * MINUTE_MS,
          stepMs: 15 * MINUTE_MS,
          limit,
        })
        return slots ? said({ kind: "slots", slots }) : said({ kind: "notFound" }, true)
      }),
  )

  register(
    "create_hold",
    {
      title: "Keep a slot",
      description: "Keeps a slot for half a minute, while you ask.",
      inputSchema: { ...place, ...slot, ...key },
      annotations: WRITES,
    },
    (asked) =>
      allowed("create_hold", async () => {
        const wish = {
          userId: asked.user_id,
          calendarId: asked.calendar_id,
          slot: { start: utc(asked.start), end: utc(asked.end) },
        }
        return answered(await holdSlot(wired, caller, wish, idempotency("create_hold", asked)))
      }),
  )

  register(
    "release_hold",
    {
      title: "Let a hold go",
      description: "For when the slot is not wanted after all.",
      inputSchema: { hold_id: Id, ...key },
      annotations: { ...WRITES, idempotentHint: true },
    },
    (asked) =>
      allowed("release_hold", async () =>
        answered(await releaseHold(wired, caller, asked.hold_id, idempotency("release_hold", asked))),
      ),
  )

  register(
    "commit_booking",
    {
      title: "Book a slot",
      description:
        "From a hold (hold_id), or directly (user_id, start, end). The commit is the check. `outranked` and `busy` are final: do not try again, offer another time.",
      inputSchema: {
        title: text(200),
        hold_id: Id.optional(),
        user_id: place.user_id.optional(),
        calendar_id: place.calendar_id,
        start: slot.start.optional(),
        end: slot.end.optional(),
        ...key,
      },
      annotations: { ...WRITES, destructiveHint: true },
    },
    (asked) =>
      allowed("commit_booking", async () => {
        const { title, hold_id, user_id, calendar_id, start, end } = asked
        const direct = user_id !== undefined && start !== undefined && end !== undefined
        if (hold_id === undefined && !direct)
          return said({ kind: "invalid", reason: "name a hold, or a person and a slot" }, true)
        const wish =
          hold_id !== undefined
            ? { holdId: hold_id, title }
            : {
                userId: user_id ?? "",
                calendarId: calendar_id,
                title,
                slot: { start: utc(start ?? ""), end: utc(end ?? "") },
              }
        return answered(await commitBooking(wired, caller, wish, idempotency("commit_booking", asked)))
      }),
  )

  register(
    "cancel_booking",
    {
      title: "Cancel a booking",
      description: "One of your own.",
      inputSchema: { booking_id: Id, ...key },
      annotations: { ...WRITES, destructiveHint: true, idempotentHint: true },
    },
    (asked) =>
      allowed("cancel_booking", async () =>
        answered(await cancelBooking(wired, caller, asked.booking_id, idempotency("cancel_booking", asked))),
      ),
  )
  registerRecordTools(register, caller, allowed)
  registerCalendarTools(register, caller, allowed)
  listOnly(server, listed)
  return server
}

type Answer =
  | Awaited<ReturnType<typeof holdSlot>>
  | Awaited<ReturnType<typeof commitBooking>>
  | Awaited<ReturnType<typeof releaseHold>>
  | Awaited<ReturnType<typeof cancelBooking>>
type Inner = Extract<Answer, { kind: "answered" }>["answer"]

function answered(reply: Answered<Inner>) {
  if (reply.kind !== "answered") return said({ kind: reply.kind }, true)
  const { answer } = reply
  switch (answer.kind) {
    case "held":
    case "released":
      return said({ kind: answer.kind, hold: showHold(answer.hold), audit_event_id: answer.auditEventId })
    case "committed":
    case "cancelled":
      return said({ kind: answer.kind, booking: showBooking(answer.booking), audit_event_id: answer.auditEventId })
    case "ended":
      return said({
        kind: "ended",
        ...("hold" in answer ? { hold: showHold(answer.hold) } : { booking: showBooking(answer.booking) }),
      })
    case "outranked":
      return said({ kind: "outranked", ...showOutranked(answer), pattern: answer.pattern })
    case "busy":
      return said({ kind: "busy", ...showBusy(answer) })
    case "expired":
      return said({ kind: "expired", how: answer.how, audit_event_id: answer.auditEventId })
    case "limited":
      return said({ kind: "limited", reason: answer.reason, retry_at: answer.retryAt })
    case "notFound":
      return said({ kind: "notFound", what: answer.what }, true)
    case "invalid":
      return said({ kind: "invalid", reason: answer.reason }, true)
  }
}
