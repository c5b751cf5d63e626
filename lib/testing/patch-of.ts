import type { Change } from "../domain/change"
import type { EventPatch } from "../domain/event"

/** The fields that an update sets. @throws for any other change: the test is about updates. */
export function patchOf(change: Change): EventPatch {
  if (change.kind !== "update") throw new Error(`not an update: ${change.kind}`)
  return change.patch
}
