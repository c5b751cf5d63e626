import { around, blockedOf, type LaidOut, layOut, type PersonsTime, slotsBetween } from "./availability"
import { apart, gapsOf, type Stretch } from "./busy"
import { wallClock } from "./format-when"
import { isoInstant, MINUTE_MS } from "./zoned-time"

/* Which of the times at which people are free are good ones, and why. Pure, and a total order. */

export interface Attendee {
  /** Their address; null for the person who asks. */
  readonly who: string | null
  readonly time: PersonsTime
  /** Times outside their working hours are offered too, after all others. */
  readonly flexible: boolean
}

export interface SlotWish {
  readonly people: readonly Attendee[]
  /** Of whom nothing could be seen: addresses. They are not taken for free. */
  readonly unseen: readonly string[]
  /** Nothing outside of these; any order. */
  readonly within: readonly Stretch[]
  readonly durationMs: number
  readonly stepMs: number
  /** The wish: the nearer, the better. */
  readonly nearMs: number
  /** Only when it is counts: the soonest first. */
  readonly soonest?: boolean
  readonly most: number
}

export type SlotReason =
  /** Everybody could be seen, is free, and works then. */
  | { readonly kind: "everyone-free" }
  /** `start`: the wall clock there, `HH:MM`. */
  | {
      readonly kind: "outside-hours"
      readonly who: string | null
      readonly start: string
      readonly timeZone: string
    }
  /** It leaves so many minutes free between it and what stands next to it, which is of little use. */
  | { readonly kind: "leaves-scrap"; readonly who: string | null; readonly minutes: number }
  | { readonly kind: "first-of-day" | "last-of-day"; readonly who: string | null }
  /** It ends as something of theirs begins, or begins as something ends: nothing is split. */
  | { readonly kind: "right-before" | "right-after"; readonly who: string | null }

export interface RankedSlot extends Stretch {
  readonly reasons: readonly SlotReason[]
}

/** Free time shorter than this is a scrap. */
export const USABLE_MS = 30 * MINUTE_MS
/** How much further from the wish a time may be to leave no scrap, and not to be somebody's first or last of the day. */
export const SCRAP_COST_MS = 120 * MINUTE_MS
export const EDGE_COST_MS = 30 * MINUTE_MS

/**
 * Free times, the best first, none overlapping another: within everybody's working hours before all others, then what is near the wish, where a scrap of time that is left, and the first or last hour of
 * somebody's day, count as so much further away; of equals the sooner.
 */
export function rankSlots(wish: SlotWish): RankedSlot[] {
  const within = apart([...wish.within].sort((a, b) => a.from - b.from))
  const window = { from: within[0]?.from ?? 0, to: within.at(-1)?.to ?? 0 }
  const wider = around(window)
  const people = wish.people.map((one) => ({ ...one, laid: layOut(one.time, wider) }))
  const blocked = people.map(({ laid, flexible }) => (flexible ? laid.busy : blockedOf(laid, wider)))
  const { durationMs, stepMs } = wish
  const free = slotsBetween([...blocked, gapsOf(within, wider)], { window, durationMs, stepMs, most: Infinity })
  const judged = free.map((slot) => judge(slot, people, wish)).sort(byRank)
  return apartFromEachOther(judged, wish.most).map(({ slot, reasons }) => ({
    ...slot,
    reasons:
      reasons.some(({ kind }) => kind === "outside-hours") || wish.unseen.length > 0 || people.length < 2
        ? reasons
        : [{ kind: "everyone-free" }, ...reasons],
  }))
}

interface Judged {
  readonly slot: Stretch
  readonly reasons: readonly SlotReason[]
  /** How many would have to work outside their hours. */
  readonly outside: number
  readonly cost: number
}

const COSTS: Partial<Record<SlotReason["kind"], number>> = {
  "leaves-scrap": SCRAP_COST_MS,
  "first-of-day": EDGE_COST_MS,
  "last-of-day": EDGE_COST_MS,
}

function judge(slot: Stretch, people: readonly (Attendee & { laid: LaidOut })[], wish: SlotWish): Judged {
  const reasons = people.flatMap((person) => reasonsOf(slot, person))
  const costs = wish.soonest ? 0 : reasons.reduce((sum, { kind }) => sum + (COSTS[kind] ?? 0), 0)
  return {
    slot,
    reasons,
    outside: reasons.filter(({ kind }) => kind === "outside-hours").length,
    cost: wish.soonest ? slot.from : Math.abs(slot.from - wish.nearMs) + costs,
  }
}

const byRank = (a: Judged, b: Judged): number => a.outside - b.outside || a.cost - b.cost || a.slot.from - b.slot.from

/** What the slot means for one person, who is free then. */
function reasonsOf(slot: Stretch, { who, time, laid }: Attendee & { laid: LaidOut }): SlotReason[] {
  const hours = laid.hours && lastBegun(laid.hours, slot.from)
  if (laid.hours && (!hours || hours.to < slot.to))
    return [
      { kind: "outside-hours", who, start: wallClock(isoInstant(slot.from), time.timeZone), timeZone: time.timeZone },
    ]
  const next = firstAfter(laid.busy, slot.from)
  const before = laid.busy[next - 1]?.to ?? -Infinity
  const after = laid.busy[next]?.from ?? Infinity
  const left = slot.from - Math.max(before, hours?.from ?? -Infinity)
  const right = Math.min(after, hours?.to ?? Infinity) - slot.to
  const scraps = [left, right].filter((ms) => ms > 0 && ms < USABLE_MS)
  return [
    ...(before === slot.from ? [{ kind: "right-after", who } as const] : []),
    ...(after === slot.to ? [{ kind: "right-before", who } as const] : []),
    ...(hours?.from === slot.from ? [{ kind: "first-of-day", who } as const] : []),
    ...(hours?.to === slot.to ? [{ kind: "last-of-day", who } as const] : []),
    ...scraps.map((ms) => ({ kind: "leaves-scrap", who, minutes: ms / MINUTE_MS }) as const),
  ]
}

/** Where the first begins that begins at or after `at`, by halving. */
function firstAfter(sorted: readonly Stretch[], at: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle]?.from ?? Infinity) < at) low = middle + 1
    else high = middle
  }
  return low
}

const lastBegun = (sorted: readonly Stretch[], at: number): Stretch | undefined =>
  sorted[firstAfter(sorted, at + 1) - 1]

function apartFromEachOther(ranked: readonly Judged[], most: number): Judged[] {
  const chosen: Judged[] = []
  for (const one of ranked) {
    if (chosen.length === most) break
    if (chosen.every(({ slot }) => slot.to <= one.slot.from || one.slot.to <= slot.from)) chosen.push(one)
  }
  return chosen
}
