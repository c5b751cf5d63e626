import type { OperationView, ProposalView } from "@/lib/client/proposals"
import type { ShownCalendar, ShownEvent, WeekView } from "@/lib/client/week"
import { HUES } from "@/lib/domain/calendar-choice"
import type { EventKey, Span } from "@/lib/domain/event"
import { epochMs } from "@/lib/domain/plan"

/** An event of the week as it is drawn. */
export interface EventItem {
  readonly kind: "event"
  readonly id: EventKey
  readonly shown: ShownEvent
  readonly calendar: ShownCalendar | null
  readonly hue: number
  /** An open proposal would move it away from here. */
  readonly leaving: boolean
}

/** Where an open proposal would put an event. */
export interface GhostItem {
  readonly kind: "ghost"
  readonly id: string
  readonly proposalId: string
  readonly operation: OperationView
  readonly hue: number
  /** The event was changed since this was proposed. */
  readonly stale: boolean
}

export type WeekItem = EventItem | GhostItem

/** Everything that stands in the grid, in the order of its start; cancelled events do not stand anywhere. */
export function weekItems({
  events,
  calendars,
  proposals,
}: Pick<WeekView, "events" | "calendars" | "proposals">): WeekItem[] {
  const hues = huesOf(calendars)
  const moves = proposals.filter((p) => p.state === "open" || p.state === "stale").flatMap(movesOf)
  const leaving = new Set(moves.filter(({ operation }) => leaves(operation)).map(({ operation }) => operation.key))
  const standing = events
    .filter(({ event }) => event.status !== "cancelled")
    .map(
      (shown): EventItem => ({
        kind: "event",
        id: shown.key,
        shown,
        calendar: calendars.find((calendar) => isOn(shown, calendar)) ?? null,
        hue: hues(shown.event.ref.connectionId, shown.event.ref.calendarId),
        leaving: leaving.has(shown.key),
      }),
    )
  const landing = moves.filter(({ operation }) => lands(operation))
  const ghosts = landing.map(
    ({ proposal, operation }): GhostItem => ({
      kind: "ghost",
      id: `ghost:${proposal.id}:${operation.position}`,
      proposalId: proposal.id,
      operation,
      hue: hues(operation.before.ref.connectionId, operation.before.ref.calendarId),
      stale: proposal.state === "stale",
    }),
  )
  return [...standing, ...ghosts].sort((a, b) => epochMs(spanOf(a).start) - epochMs(spanOf(b).start))
}

export const spanOf = (item: WeekItem): Span =>
  item.kind === "event" ? item.shown.event : (item.operation.proposed ?? item.operation.after)

/** An answer leaves the event where it is. */
const leaves = ({ change }: OperationView): boolean => change !== "respond"

/** What is cancelled goes nowhere; an answer may name another time. */
const lands = ({ change, proposed }: OperationView): boolean =>
  change === "respond" ? proposed !== null : change !== "delete"

export const hueClass = (hue: number): string => `hue-${hue}`

const movesOf = (proposal: ProposalView) =>
  proposal.operations.filter((operation) => operation.state === "pending").map((operation) => ({ proposal, operation }))

const isOn = ({ event: { ref } }: ShownEvent, calendar: ShownCalendar): boolean =>
  calendar.id === ref.calendarId && calendar.connectionId === ref.connectionId

/** The person's choice, or the order of the calendars, gives the colours; one that is not listed gets the first. */
export function huesOf(calendars: readonly ShownCalendar[]) {
  return (connectionId: string, calendarId: string): number => {
    const at = calendars.findIndex((c) => c.id === calendarId && c.connectionId === connectionId)
    return calendars[at]?.hue ?? Math.max(0, at) % HUES
  }
}
