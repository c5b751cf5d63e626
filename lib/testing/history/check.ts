import { type Life, livesOf } from "./lives"
import type { Operation } from "./operation"

/**
 * Whether the history of one key is linearizable: whether every operation can be given one instant between its request and its answer, so that a record which does one
 * thing after the other would have given the same answers. Answers why not, in sentences; empty: it is.
 *
 * In general that is a search through all orders. Here versions are unique and every change names the one it replaces, so that a life of the record has one order only,
 * and what is left is whether lives and absences fit beside each other (as for registers of unique values: Gibbons and Korach, Testing Shared Memories, 1997). Time n log n.
 */
export function wrongOfKey(operations: readonly Operation[]): readonly string[] {
  const { lives, absences, wrong } = livesOf(operations)
  if (wrong.length > 0) return wrong
  const late = lives.flatMap(outOfOrder)
  return late.length > 0 ? late : besideEachOther(lives, absences)
}

/** Every key by itself: linearizability is local (Herlihy and Wing, 1990, theorem 1). */
export function wrongOf(operations: Iterable<Operation>): readonly string[] {
  const keys = new Map<string, Operation[]>()
  for (const operation of operations) {
    const known = keys.get(operation.key)
    if (known) known.push(operation)
    else keys.set(operation.key, [operation])
  }
  return [...keys].flatMap(([key, ofKey]) => wrongOfKey(ofKey).map((sentence) => `${key}: ${sentence}`))
}

/** What was answered before something was asked that comes before it. */
function outOfOrder({ moments }: Life): string[] {
  const wrong: string[] = []
  let last: Operation | null = null
  for (const moment of moments) {
    for (const operation of moment)
      if (last && operation.to < last.from)
        wrong.push(`${operation.id} was over before ${last.id} began, and comes after it`)
    for (const operation of moment) if (!last || operation.from > last.from) last = operation
  }
  return wrong
}

/** What a life surely fills, if `begins` is before `ends`; else it fits into any instant from `ends` to `begins`. */
interface Zone {
  readonly id: string
  readonly begins: number
  readonly ends: number
}

function zoneOf({ moments, over }: Life): Zone {
  let [begins, ends] = [Number.POSITIVE_INFINITY, over ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY]
  for (const { from, to } of moments.flat()) {
    begins = Math.min(begins, to)
    ends = Math.max(ends, from)
  }
  return { id: moments[0]?.[0]?.id ?? "", begins, ends }
}

function besideEachOther(lives: readonly Life[], absences: readonly Operation[]): string[] {
  const zones = lives.map(zoneOf)
  const filled = zones.filter(({ begins, ends }) => begins < ends).sort((a, b) => a.begins - b.begins)
  const wrong: string[] = []
  for (const [n, zone] of filled.entries()) {
    const before = filled[n - 1]
    if (before && before.ends > zone.begins)
      wrong.push(`what ${before.id} created was still there when ${zone.id} created it anew`)
  }
  if (wrong.length > 0) return wrong
  const fits = (from: number, to: number) => {
    const around = lastBefore(filled, from)
    return !around || to >= around.ends
  }
  for (const { id, begins, ends } of zones)
    if (begins >= ends && !fits(ends, begins)) wrong.push(`${id} created what was there all the while`)
  for (const { id, from, to } of absences)
    if (!fits(from, to)) wrong.push(`${id} saw nothing where something was all the while`)
  return wrong
}

/** The last one that begins before then. */
function lastBefore(zones: readonly Zone[], then: number): Zone | null {
  let [low, high] = [0, zones.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((zones[middle] as Zone).begins < then) low = middle + 1
    else high = middle
  }
  return zones[low - 1] ?? null
}
