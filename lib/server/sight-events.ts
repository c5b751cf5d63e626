import "server-only"
import { type EventKey, parseEventKey } from "../domain/event"
import type { CalendarProvider } from "../ports/calendar-provider"
import type { Sighting, SyncStore } from "../ports/sync-store"
import { found } from "./read-outcome"

export interface Sighted {
  readonly sightings: readonly Sighting[]
  readonly gone: readonly EventKey[]
  /** One of them could not be read just now. */
  readonly unread: boolean
}

/** Events read by themselves, one after the other: a mailbox takes four requests at once, and a person may want one of them. */
export async function sightEvents(
  sync: Pick<SyncStore, "now">,
  provider: CalendarProvider,
  keys: readonly EventKey[],
): Promise<Sighted> {
  const seenFrom = await sync.now()
  const sightings: Sighting[] = []
  const gone: EventKey[] = []
  let unread = false
  for (const key of keys) {
    const read = await provider.get(parseEventKey(key))
    const seen = found(read)
    if (seen) sightings.push({ seen, seenFrom, confirmed: true })
    else if (read.kind === "gone") gone.push(key)
    else unread = true
  }
  return { sightings, gone, unread }
}
