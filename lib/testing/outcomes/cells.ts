import { randomUUID } from "node:crypto"
import type { Change, ChangeKind } from "../../domain/change"
import type { CalendarEvent, When } from "../../domain/event"
import type { Seen } from "../../domain/version"
import { addDays } from "../../domain/zoned-time"
import type { Fault } from "../../sandbox/faults"
import { CAST, type Scene } from "../scene"

/** What becomes of the one request of a write. `appliedLate`: after our time-out, but before recovery has looked for the second time. `stripped`: applied without our mark, and the reply lost. */
export const FATES = [
  "notSent",
  "replyLost",
  "appliedLate",
  "appliedBut5xx",
  "spurious412",
  "throttled",
  "midBodyReset",
  "stripped",
] as const
export type Fate = (typeof FATES)[number]

export const OPERATIONS = ["create", "update", "delete", "move", "respond"] as const satisfies readonly ChangeKind[]
export type Operation = (typeof OPERATIONS)[number]

/** A write that is about to be made: on what, what, and how the sandbox knows its request. */
export interface Cell {
  readonly fate: Fate
  readonly operation: Operation
  /** The title of its event, no other has it. */
  readonly title: string
  readonly base: Seen<CalendarEvent> | null
  readonly change: Change
  readonly request: Pick<Fault, "method"> & Partial<Pick<Fault, "pathIncludes" | "bodyIncludes">>
  /** Where it is and may go. */
  readonly calendarIds: readonly string[]
}

/** The fault of a fate. @param late 0 to 1: right after our time-out, or half a time-out before the second look */
export function faultOf(fate: Fate, timeoutMs: number, late: number): Partial<Fault> & Pick<Fault, "kind"> {
  switch (fate) {
    case "notSent":
      return { kind: "reset-before-execution" }
    case "replyLost":
      return { kind: "reset-after-execution" }
    case "appliedLate":
      return { kind: "latency", delayMs: Math.round(timeoutMs * (1.1 + 2.4 * late)) }
    case "appliedBut5xx":
      return { kind: "executed-but-503" }
    case "spurious412":
      return { kind: "spurious-412" }
    case "throttled":
      return { kind: "429" }
    case "midBodyReset":
      return { kind: "mid-body-reset" }
    case "stripped":
      return { kind: "reset-after-execution", stripped: true }
    default:
      return fate satisfies never
  }
}

let made = 0

/** Makes the event of a cell, on a day of the next weeks, at an hour that says nothing. */
export async function setUpCell(
  scene: Scene,
  calendarIds: readonly string[],
  fate: Fate,
  operation: Operation,
): Promise<Cell> {
  const { sandbox, provider, connectionId, account } = scene
  const { person, guest } = CAST[provider]
  const [primary = "", side = "no-other-calendar"] = calendarIds
  const title = `Cell ${randomUUID()}`
  const date = addDays(scene.parts.startsAt.slice(0, 10), 2 + (made++ % 300))
  const at = (hour: number): When => ({
    kind: "timed",
    at: `${date}T${String(hour).padStart(2, "0")}:00:00Z`,
    timeZone: "UTC",
  })
  const common = { fate, operation, title, calendarIds: [primary, side] }
  if (operation === "create") {
    const draft = { summary: title, start: at(9), end: at(10) }
    return {
      ...common,
      base: null,
      change: { kind: "create", draft },
      request: { method: "POST", bodyIncludes: title },
    }
  }
  const answered = operation === "respond"
  await sandbox.control("POST", "events", {
    provider,
    person: answered ? guest : person,
    summary: title,
    attendees: [answered ? person : guest],
    start: `${date}T09:00:00Z`,
    end: `${date}T10:00:00Z`,
  })
  const listed = await account.list(primary, { from: `${date}T08:59:00Z`, to: `${date}T10:00:00Z` })
  const base = listed.kind === "events" && listed.events.find((seen) => seen.value.summary === title)
  if (!base) throw new Error(`not made: ${JSON.stringify(listed).slice(0, 200)}`)
  const read = await account.get({ connectionId, calendarId: primary, eventId: base.value.ref.eventId })
  if (read.kind !== "found") throw new Error(`not read: ${read.kind}`)
  const id = encodeURIComponent(base.value.ref.eventId)
  const of = (change: Change, method: string): Cell => ({
    ...common,
    base: read.event,
    change,
    request: { method, pathIncludes: id },
  })
  switch (operation) {
    case "update":
      return of({ kind: "update", patch: { start: at(15), end: at(16) } }, "PATCH")
    case "delete":
      return of({ kind: "delete" }, "DELETE")
    case "move":
      return of({ kind: "move", toCalendarId: side }, "POST")
    case "respond":
      return of({ kind: "respond", rsvp: "accepted" }, provider === "google" ? "PATCH" : "POST")
  }
}
