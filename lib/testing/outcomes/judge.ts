import type { CalendarEvent } from "../../domain/event"
import type { Exchange } from "../sandbox"
import { CAST, type Scene } from "../scene"
import type { Cell } from "./cells"

/* An independent judge (reliability-security.md, invariants): it reads the provider's journal and state past our adapters, and the tables and the log past our use cases. */

/** An event as the provider's own pages show it. */
interface Standing {
  readonly id: string
  readonly calendarId: string
  readonly start: string
  readonly rsvp: string | null
}

export interface Evidence {
  /** Requests that wanted to change the event. */
  readonly requests: readonly Exchange[]
  readonly standing: readonly Standing[]
  readonly intents: readonly {
    readonly id: string
    readonly state: string
    readonly sentAt: Date | null
    readonly outcome: string | null
    readonly after: string | null
    readonly approvalUsed: boolean
    readonly baseVersion: string
  }[]
  readonly ends: readonly { readonly intentId: string | null; readonly outcome: string | null }[]
  /** What the person's screen says in the end. */
  readonly told: string | null
}

const executed = ({ executedStatus }: Exchange) => executedStatus !== null && executedStatus < 300
const stoodFor = (outcome: string | null) => outcome === "applied" || outcome === "unchanged"

/** Which of the provider's requests take a precondition, and which can carry a marker: decision 002. */
const conditional = ({ provider }: Scene, { operation }: Cell) =>
  operation === "update" || operation === "delete" || (provider === "google" && operation === "respond")
const marked = ({ provider }: Scene, { operation }: Cell) =>
  operation === "update" || operation === "create" || (provider === "google" && operation === "respond")

/** What is wrong with one write, in sentences. */
export function broken(scene: Scene, cell: Cell, { requests, standing, intents, ends, told }: Evidence): string[] {
  const effects = requests.filter(executed)
  const happened = happenedTo(cell, standing)
  const successes = intents.filter((intent) => stoodFor(intent.outcome))
  const said = ends.filter((end) => stoodFor(end.outcome))
  const successors = intents.filter((intent) => intent.after !== null)
  return [
    ...(effects.length > 1 ? [`I1: ${effects.length} effects of one yes`] : []),
    ...(happened !== effects.length > 0 ? [`I1: ${effects.length} effects, and the calendar says ${happened}`] : []),
    ...(successes.length !== effects.length
      ? [`I1: ${effects.length} effects, ${successes.length} intents that say so`]
      : []),
    ...(said.length !== effects.length
      ? [`I1: ${effects.length} effects, ${said.length} rows of the log that say so`]
      : []),
    ...(stoodFor(told) !== happened ? [`I3: told ${told}, and the calendar says ${happened}`] : []),
    ...intents.flatMap(({ id, state }) => {
      const rows = ends.filter((end) => end.intentId === id).length
      return state === "DONE" && rows !== 1 ? [`I1: an intent with ${rows} ends in the log`] : []
    }),
    ...effects.flatMap(({ startedAt }) =>
      intents.some((i) => i.sentAt && i.approvalUsed && i.sentAt.getTime() <= Date.parse(startedAt))
        ? []
        : ["I2: an effect without an intent that was SENT and approved before"],
    ),
    ...(requests.length > intents.filter((intent) => intent.sentAt).length ? ["I4: more requests than intents"] : []),
    ...(successors.length > 1 ? ["I4: more than one successor"] : []),
    ...(intents.some((intent) => intent.state !== "DONE") ? ["I5: an intent is not finished"] : []),
    ...(new Set(standing.map(({ id }) => id)).size > 1 ? [`I7: ${standing.length} events`] : []),
    ...requests.flatMap((request) => [
      ...(conditional(scene, cell) && !intents.some((i) => i.baseVersion === request.headers["if-match"])
        ? ["a request without the precondition of its intent"]
        : []),
      ...(marked(scene, cell) && !intents.some((i) => carries(request, i.id))
        ? ["a request without its intent's marker"]
        : []),
    ]),
  ]
}

/** Google's client id is the marker without its dashes. */
const carries = ({ requestBody }: Exchange, id: string) =>
  requestBody.includes(id) || requestBody.includes(id.replaceAll("-", ""))

/** Does the calendar stand as it was to be? */
function happenedTo({ operation, calendarIds }: Cell, standing: readonly Standing[]): boolean {
  const [event] = standing
  switch (operation) {
    case "create":
      return event !== undefined
    case "delete":
      return event === undefined
    case "update":
      return event?.start.includes("T15:00") === true
    case "move":
      return event?.calendarId === calendarIds[1]
    case "respond":
      return event?.rsvp === "accepted"
    default:
      return operation satisfies never
  }
}

interface Row {
  readonly id: string
  readonly content: Pick<CalendarEvent, "summary" | "start"> & { guests: { email: string; rsvp: string }[] }
}

/** @param mark exchanges before it are not looked at */
export async function evidenceOf(scene: Scene, cell: Cell, proposalId: string, mark: number): Promise<Evidence> {
  const { provider, db, sandbox } = scene
  const { person } = CAST[provider]
  const path = encodeURIComponent(cell.base?.value.ref.eventId ?? "")
  const [journal, intents, ends, operation] = await Promise.all([
    sandbox.journal(mark),
    db.intent.findMany({ where: { proposalId } }),
    db.logRow.findMany({ where: { proposalId, intentId: { not: null }, kind: { in: ["outcome", "conflict"] } } }),
    db.proposalOperation.findFirst({ where: { proposalId } }),
  ])
  const used = await db.head.findMany({
    where: { kind: "approval", version: "used", id: { in: intents.map((i) => i.approvalId) } },
  })
  const day = cell.base?.value.start ?? (cell.change.kind === "create" ? cell.change.draft.start : null)
  const date = day?.kind === "timed" ? day.at.slice(0, 10) : ""
  const lists = await Promise.all(
    (provider === "google" ? cell.calendarIds : cell.calendarIds.slice(0, 1)).map(async (calendarId) => {
      const query = `calendar=${encodeURIComponent(calendarId)}&from=${date}T00:00:00Z&to=${date}T23:59:59Z`
      const { events } = await sandbox.control<{ events: Row[] }>("GET", `events/${provider}/${person}?${query}`)
      return events.map((row) => ({ row, calendarId }))
    }),
  )
  const standing = lists
    .flat()
    .filter(({ row }) => row.content.summary === cell.title)
    .map(
      ({ row, calendarId }): Standing => ({
        id: row.id,
        calendarId,
        start: row.content.start.kind === "timed" ? row.content.start.at : row.content.start.on,
        rsvp: row.content.guests.find((guest) => guest.email === person)?.rsvp ?? null,
      }),
    )
  return {
    requests: journal.filter(
      (e) => e.method !== "GET" && (path === "" ? e.requestBody.includes(cell.title) : e.path.includes(path)),
    ),
    standing,
    ends: ends.filter((row) => row.kind === "outcome"),
    told: kindOf(operation?.outcome),
    intents: intents.map(({ id, state, sentAt, outcome, afterIntent, approvalId, baseVersion }) => ({
      id,
      state,
      sentAt,
      outcome: kindOf(outcome),
      after: afterIntent,
      approvalUsed: used.some((head) => head.id === approvalId),
      baseVersion,
    })),
  }
}

const kindOf = (outcome: unknown): string | null =>
  typeof outcome === "object" && outcome !== null && "kind" in outcome ? String(outcome.kind) : null
