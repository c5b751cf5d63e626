import "server-only"
import type { Change } from "../domain/change"
import type { CalendarEvent } from "../domain/event"
import { guestCount } from "../domain/facts"

/** Does anybody hear of it unless told otherwise? An answer is for its organizer. */
export const tells = (event: CalendarEvent, change: Change): boolean =>
  change.kind === "respond" || guestCount(event) > 0
