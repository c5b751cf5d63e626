import "server-only"
import type { EventPatch, When } from "../../domain/event"
import type { ForbiddenReason } from "../../domain/outcome"
import type { TailPatch } from "../../domain/split-series"
import { type Component, type Line, lineOf, makeLine } from "./content-lines"
import { apply, isEvent, type Stamp, set, written } from "./edit"
import { MARKER, type ReadFrom, whyUnmovable } from "./mapping"
import { momentAt, type Resource } from "./resource"
import { shifted, shiftOf } from "./shift"
import { lengthOf, spanFrom, utcLine } from "./times"

/** A series whose parts would not be what it was: somebody else's, one that a clock of no place keeps, or none. */
export function whyUnsplittable(
  resource: Resource,
  from: Pick<ReadFrom, "addresses" | "writable">,
): ForbiddenReason | null {
  const { master, start } = resource
  if (!master || !resource.recurs) return "not-supported"
  // where it ends is written as an instant, and it has none
  if (start.kind === "wall" && !hasZone(master)) return "not-supported"
  return whyUnmovable(resource, master, from)
}

function hasZone(event: Component): boolean {
  const line = lineOf(event, "DTSTART")
  return Boolean(line?.params.has("TZID") || line?.value.trim().endsWith("Z"))
}

const keyOfWhen = (when: When): string => (when.kind === "timed" ? when.at : when.on)

/** The exceptions of the series at `from` and later, by the instance that they are of. */
export const exceptionsSince = ({ overrides }: Resource, from: When): readonly string[] =>
  [...overrides.keys()].filter((key) => Date.parse(key) >= Date.parse(keyOfWhen(from)))

/**
 * A new resource: all that the text of a series has, from its instance at `from` on, with `patch` on it. Its UID is the marker. Exceptions go along: what was changed in them stays, and what names
 * them moves with the series; the one at `from` itself takes what is wished. Untouched lines are as they were, folds and all.
 *
 * @throws {RangeError} for a patch that does not fit
 */
export function tailOf(resource: Resource, from: When, patch: TailPatch, stamp: Stamp): string {
  const { master, calendar, overrides } = resource
  if (!master) throw new RangeError("no event of its own")
  const at = { ...resource, start: momentAt(resource.start, keyOfWhen(from)) }
  const shift = shiftOf(at, patch.start)
  const exceptions = new Map(exceptionsSince(resource, from).map((key) => [overrides.get(key), key]))
  const exception = (event: Component, key: string) => {
    const named = shifted(event, at, shift)
    const isFirst = Date.parse(key) === Date.parse(keyOfWhen(from))
    const wish = isFirst ? wishFor(resource, at, patch) : {}
    const edited = Object.keys(wish).length > 0 ? apply(resource, named, wish, stamp) : named
    return asNew(set(edited, { [MARKER]: null }), stamp)
  }
  const children = calendar.children.flatMap((child): readonly (Line | Component)[] => {
    if (!isEvent(child)) return [child]
    if (child === master) return [asNew(apply(resource, master, patch, stamp), stamp)]
    const key = exceptions.get(child)
    return key === undefined ? [] : [exception(child, key)]
  })
  return written(resource, children, patch)
}

/** What the patch asks of the first instance that the series would not do anyway: a time of its own stays where none is asked for. */
function wishFor({ master, start, zones }: Resource, at: Pick<Resource, "start">, patch: TailPatch): EventPatch {
  const { recurrence: _, start: to, end, ...texts } = patch
  const plain = master && spanFrom(at.start, lengthOf(master, start, zones))
  const isSame = plain && isSameMoment(plain.start, to) && isSameMoment(plain.end, end)
  return { ...texts, ...(!isSame && { start: to, end }) }
}

const isSameMoment = (a: When, b: When) => Date.parse(keyOfWhen(a)) === Date.parse(keyOfWhen(b))

const asNew = (event: Component, { marker, nowMs }: Stamp): Component =>
  set(event, {
    UID: makeLine("UID", marker),
    CREATED: utcLine("CREATED", nowMs),
    DTSTAMP: utcLine("DTSTAMP", nowMs),
    SEQUENCE: makeLine("SEQUENCE", "0"),
  })
