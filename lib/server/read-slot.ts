import "server-only"
import { type EventKey, parseEventKey, type Span } from "../domain/event"
import { type SlotView, slotTaken, type Taken } from "../domain/slot"
import type { Calendars } from "../ports/calendars"

/**
 * What stands in a target slot now, on the calendars that the plan looked at, all read at once. Null when one of them cannot be read: a conflict
 * check that fails must not mean "free".
 */
export async function readSlot(
  calendars: Calendars,
  whose: { workspaceId: string; userId: string },
  view: SlotView,
  slot: Span,
  except: readonly EventKey[],
): Promise<readonly Taken[] | null> {
  const { start, end } = slot
  if (start.kind !== "timed" || end.kind !== "timed" || view.calendars.length === 0) return []
  const window = { from: start.at, to: end.at }
  const lists = await Promise.all(
    view.calendars.map(async ({ connectionId, calendarId }) => {
      const provider = await calendars.open(whose.workspaceId, whose.userId, connectionId)
      return provider ? provider.list(calendarId, window) : null
    }),
  )
  const events = lists.map((list) => (list?.kind === "events" ? list.events.map((seen) => seen.value) : null))
  if (events.some((list) => list === null)) return null
  return slotTaken(
    events.flatMap((list) => list ?? []),
    slot,
    except.map(parseEventKey),
  )
}
