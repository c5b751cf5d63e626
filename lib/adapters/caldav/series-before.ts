import "server-only"
import type { Window } from "../../ports/calendar-provider"
import { nameBelow } from "./collections"
import { keptTexts } from "./kept-texts"
import { SLACK_MS } from "./queries"
import { meets, type Reach, reachOf } from "./reach"
import { instantMs } from "./read-events"
import { ownSpan, readResource } from "./resource"
import { type Row, textOf } from "./wire"

/** Which instances of a series a server looks at to tell what is in a window: all (RFC 4791 9.9), or the first only (Xandikos 0.2.8). */
type Looks = "unknown" | "all" | "first"

/** What was seen through one connection. No text is in it, so it outlives the adapters; another replica finds it out for itself, and what one person's server says is nothing to another's. */
interface Memory {
  looks: Looks
  /** By etag, calendar and name. */
  readonly reaches: Map<string, Reach>
  readonly untilMs: number
}

/** After this a server is looked at anew: it may be another one by then. */
const KEPT_MS = 3_600_000
const MAX_ACCOUNTS = 500
const MAX_REACHES = 5_000

const memories = new Map<string, Memory>()

function memoryOf(account: string, nowMs: number): Memory {
  const known = memories.get(account)
  if (known && known.untilMs > nowMs) return known
  memories.delete(account)
  const fresh: Memory = { looks: "unknown", reaches: new Map(), untilMs: nowMs + KEPT_MS }
  bounded(memories, MAX_ACCOUNTS).set(account, fresh)
  return fresh
}

/** With room for one more: the oldest goes. */
function bounded<V>(map: Map<string, V>, max: number): Map<string, V> {
  const [oldest] = map.keys()
  if (map.size >= max && oldest !== undefined) map.delete(oldest)
  return map
}

/** A resource that a window's answer did not name, as the list of all series has it. `text`: as far as it is known under this very etag. */
export interface PassedOver {
  readonly name: string
  readonly row: Row
  readonly text: string | null
}

/**
 * Series that began before a window. A server that looks at their first instance only passes them over; so all series are asked for as well, by name and etag, until it is seen that this server
 * looks at later ones. What lies elsewhere by its rule is not read again while it has the same etag.
 *
 * @param account the connection and its calendar home
 */
export function seriesBefore(account: string, zone: string, now: () => number) {
  const texts = keptTexts()
  const memory = () => memoryOf(account, now())
  /** Is it known to pass series over? */
  const isFirstOnly = () => memory().looks === "first"

  /** Learns from a window's answer; what it passed over and may be in the window all the same. */
  function passedOver(url: string, named: readonly Row[], series: readonly Row[], window: Window): PassedOver[] {
    const seen = memory()
    if (seen.looks === "unknown" && named.some((row) => isForLaterOne(row, window, zone))) seen.looks = "all"
    if (seen.looks === "all") return []
    const there = new Set(named.map((row) => nameBelow(url, row.url)))
    return series.flatMap((row) => {
      const [resource, etag] = [nameBelow(url, row.url), textOf(row.props.getetag)]
      if (resource === null || row.status === 404 || there.has(resource)) return []
      const address = `${url} ${resource}`
      const reach = etag === null ? undefined : seen.reaches.get(`${etag} ${address}`)
      if (reach && !meets(reach, window)) return []
      return [{ name: resource, row, text: etag === null ? null : texts.find(address, etag) }]
    })
  }

  /** Of texts that were read: those that may be in the window. */
  function reaching(url: string, rows: readonly Row[], window: Window): Row[] {
    return rows.filter((row) => {
      const [text, etag] = [textOf(row.props.calendarData), textOf(row.props.getetag)]
      if (!text || !etag) return isFirstOnly()
      const address = `${url} ${nameBelow(url, row.url)}`
      const reach = reachOf(text, zone)
      bounded(memory().reaches, MAX_REACHES).set(`${etag} ${address}`, reach)
      if (!meets(reach, window)) return false
      texts.keep(address, etag, text)
      return true
    })
  }

  return {
    /** Is it worth asking for all series? */
    mayMiss: () => memory().looks !== "all",
    passedOver,
    reaching,
    /** What the server passed over is in the window. */
    foundPassedOver() {
      memory().looks = "first"
    },
    isFirstOnly,
  }
}

/** A series whose own times are long over by the window was named for a later instance. With exceptions in it, it may have been for one of those. */
function isForLaterOne({ props }: Row, window: Window, zone: string): boolean {
  const text = textOf(props.calendarData) ?? ""
  if (!/^RRULE[:;]/m.test(text)) return false
  try {
    const { master, overrides, zones } = readResource(text, zone)
    if (!master || overrides.size > 0) return false
    return instantMs(ownSpan(master, zones).end, zone) < Date.parse(window.from) - 2 * SLACK_MS
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
