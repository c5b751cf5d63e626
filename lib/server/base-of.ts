import "server-only"
import { ABSENT, type Change, drafted } from "../domain/change"
import type { CalendarEvent, EventRef, When } from "../domain/event"
import type { TurnFacts } from "../domain/facts"
import type { Person } from "../domain/person"
import type { CreateOperation, EventOperation, MoveOperation, Operation } from "../domain/plan"
import { shiftSeries } from "../domain/series"
import { originalStartOf, splitSeries } from "../domain/split-series"
import type { Seen } from "../domain/version"
import type { NoProposal } from "../domain/wording-answers"
import type { CalendarProvider } from "../ports/calendar-provider"
import type { Ids } from "../ports/ids"
import { type Following, planFollowing } from "./plan-following"
import type { ProposeDeps } from "./propose"
import type { CalendarRead, OwnCalendar } from "./read-calendars"
import { found } from "./read-outcome"

/** What one operation of a plan stands on, and what it would write. */
export interface Base {
  readonly kind: "base"
  readonly seen: Seen<CalendarEvent>
  readonly change: Change
}

export type Split = Extract<Following, { kind: "split" }>
export type Unfounded = { readonly kind: "refused"; readonly reason: NoProposal }

const refused = (reason: NoProposal): Unfounded => ({ kind: "refused", reason })

/** The event that an operation is about, as it was read, and the change that carries it out. Reads only. */
export async function baseOf(
  deps: ProposeDeps,
  person: Person,
  op: Operation,
  turn: TurnFacts,
  read: CalendarRead,
): Promise<Base | Split | Unfounded> {
  if (op.kind === "create") return newBase(deps, op, turn, read)
  const instance = turn.eventOf(op.target)
  if (!instance) return refused("event-gone")
  const { ref, seriesId } = instance.value
  if (op.kind === "respond" && op.proposed && providerOf(read, ref) !== "microsoft") return refused("no-proposing")
  if (op.scope === "this" || seriesId === null) return { kind: "base", seen: instance, change: changeOf(op, instance) }
  const provider = await deps.calendars.open(person.workspaceId, person.userId, ref.connectionId)
  return provider ? seriesBase(provider, op, instance, { ...ref, eventId: seriesId }) : refused("event-gone")
}

function changeOf(op: EventOperation, { value }: Seen<CalendarEvent>): Change {
  switch (op.kind) {
    case "move":
      return {
        kind: "update",
        patch: { start: inZoneOf(value.start, op.to.start), end: inZoneOf(value.end, op.to.end) },
      }
    case "cancel":
      return { kind: "delete" }
    case "respond":
      return { kind: "respond", rsvp: op.rsvp, ...(op.proposed && { proposed: op.proposed }) }
    default:
      return op satisfies never
  }
}

async function seriesBase(
  provider: CalendarProvider,
  op: EventOperation,
  instance: Seen<CalendarEvent>,
  series: EventRef,
): Promise<Base | Split | Unfounded> {
  if (op.kind === "move" && op.scope === "following") {
    const following = await planFollowing(provider, series, originalStartOf(instance.value), op.to)
    if (following.kind !== "whole") return following
  }
  const master = found(await provider.get(series))
  if (!master) return refused("event-gone")
  switch (op.kind) {
    case "move":
      return movedSeries(op, instance, master)
    case "cancel":
      return op.scope === "following" ? endedSeries(instance, master) : base(master, { kind: "delete" })
    case "respond":
      return base(master, changeOf(op, master))
    default:
      return op satisfies never
  }
}

const base = (seen: Seen<CalendarEvent>, change: Change): Base => ({ kind: "base", seen, change })

function movedSeries(op: MoveOperation, instance: Seen<CalendarEvent>, master: Seen<CalendarEvent>): Base | Unfounded {
  const patch = shiftSeries(master.value, instance.value, op.to)
  return patch ? base(master, { kind: "update", patch }) : refused("series-day")
}

/** "from Thursday on": the series ends before that instance; nothing is left of one that begins with it. */
function endedSeries(instance: Seen<CalendarEvent>, master: Seen<CalendarEvent>): Base | Unfounded {
  const from = originalStartOf(instance.value)
  if (isSameMoment(from, master.value.start)) return base(master, { kind: "delete" })
  const parts = splitSeries(master.value, from, {})
  return parts ? base(master, { kind: "update", patch: parts.head }) : refused("no-split")
}

const isSameMoment = (a: When, b: When): boolean =>
  a.kind === "timed" && b.kind === "timed"
    ? Date.parse(a.at) === Date.parse(b.at)
    : a.kind === "allDay" && b.kind === "allDay" && a.on === b.on

/** A new event on the calendar that new ones go to: the chosen one, else the main one, of those that can be written. */
function newBase(deps: ProposeDeps, op: CreateOperation, turn: TurnFacts, read: CalendarRead): Base | Unfounded {
  const writable = read.calendars.filter((calendar) => calendar.writable)
  const calendar =
    writable.find(({ choice }) => choice.isDefault) ?? writable.find(({ primary }) => primary) ?? writable[0]
  if (!calendar) return refused("no-writable-calendar")
  const guests = op.guests.map((id) => turn.personOf(id)?.email)
  if (guests.some((email) => email === undefined)) return refused("event-gone")
  const draft = { summary: op.title, ...op.to, attendees: guests.filter((email) => email !== undefined) }
  return {
    kind: "base",
    seen: { value: drafted(newRefOn(deps.ids, calendar), draft), version: ABSENT },
    change: { kind: "create", draft },
  }
}

/** A name of ours, until the provider gives one. */
export const newRefOn = (ids: Ids, { connection, id }: OwnCalendar): EventRef => ({
  connectionId: connection.id,
  calendarId: id,
  eventId: `new-${ids.uuid()}`,
})

export const providerOf = ({ calendars }: CalendarRead, { connectionId }: EventRef) =>
  calendars.find(({ connection }) => connection.id === connectionId)?.connection.provider

/** An event keeps the zone it was written in; only its instants move. */
const inZoneOf = (before: When, after: When): When =>
  before.kind === "timed" && after.kind === "timed" ? { ...after, timeZone: before.timeZone } : after
