import "server-only"
import type { Slot } from "../domain/booking"
import type { Person } from "../domain/person"
import { rankSlots, type SlotReason } from "../domain/rank-slots"
import { QUARTER_MS } from "../domain/taken-time"
import type { Clock } from "../ports/clock"
import type { RecordStore } from "../ports/record-store"
import { readCalendars } from "./read-calendars"
import { readPreferences } from "./read-preferences"
import { ownTimeOf, reaching, type TimeNeeds, timesOf, wantedWithin } from "./times-of-people"

export interface SlotsWish {
  /** ISO instants. */
  readonly from: string
  readonly to: string
  readonly lengthMs: number
  /** Others who should be free too, by address. */
  readonly people: readonly string[]
  readonly most: number
}

export type FoundSlots =
  /** `unknown`: nothing is known of their time, so that they may be busy in any of these. */
  | {
      readonly kind: "slots"
      readonly slots: readonly (Slot & { readonly reasons: readonly SlotReason[] })[]
      readonly unknown: readonly string[]
    }
  /** A calendar of the person's own could not be read: nothing there can be called free. */
  | { readonly kind: "unreadable" }

export interface SlotNeeds extends TimeNeeds {
  readonly records: Pick<RecordStore, "snapshot">
  readonly clock: Clock
}

/**
 * Free times of a person within their working hours and apart from what they want kept free, the best first, in which those of the others whose time can be seen are free too. Reads only, and is true of this
 * moment only.
 */
export async function findSlots(
  deps: SlotNeeds,
  person: Person,
  { from, to, lengthMs, people: others, most }: SlotsWish,
): Promise<FoundSlots> {
  const window = { from: Math.max(Date.parse(from), deps.clock.now()), to: Date.parse(to) }
  if (window.from >= window.to) return { kind: "slots", slots: [], unknown: [] }
  const [read, { preferences }] = await Promise.all([
    readCalendars(deps.calendars, person, reaching(window)),
    readPreferences(deps, person),
  ])
  if (read.problems.length > 0 || read.calendars.length === 0) return { kind: "unreadable" }
  const { people, unseen } = await timesOf(deps, person, ownTimeOf(read), others, window)
  const found = rankSlots({
    people,
    unseen,
    within: wantedWithin(window, preferences, person),
    durationMs: lengthMs,
    stepMs: QUARTER_MS,
    nearMs: window.from,
    most,
  })
  const slots = found.map((slot) => ({ start: iso(slot.from), end: iso(slot.to), reasons: slot.reasons }))
  return { kind: "slots", slots, unknown: unseen }
}

const iso = (ms: number): string => new Date(ms).toISOString()
