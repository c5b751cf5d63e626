import "server-only"
import type { Change } from "../domain/change"
import { type CalendarEvent, eventKey } from "../domain/event"
import { careDigest } from "../domain/event-diff"
import type { SlotView } from "../domain/slot"
import type { Seen } from "../domain/version"
import type { StoredOperation } from "../ports/assistant-store"
import { tells } from "./guests-told"

/** A step of a proposal that is not yet carried out, on the version that was read. */
export const operationOf = (
  position: number,
  base: Seen<CalendarEvent>,
  change: Change,
  slot: SlotView,
  notify = tells(base.value, change),
): StoredOperation => ({
  position,
  key: eventKey(base.value.ref),
  base,
  careDigest: careDigest(base.value),
  change,
  notify,
  slot,
  state: "pending",
  outcome: null,
  after: null,
})
