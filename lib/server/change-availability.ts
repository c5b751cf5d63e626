import "server-only"
import type { Person } from "../domain/person"
import type { AvailabilityRules, AvailabilityStore } from "../ports/availability-rules"

/** D17. What a person keeps free from now on besides their events; what is booked already stands. */
export const changeAvailability = (
  { availability }: { readonly availability: Pick<AvailabilityStore, "putRules"> },
  { workspaceId, userId }: Person,
  rules: AvailabilityRules,
): Promise<void> =>
  availability.putRules(workspaceId, userId, rules, {
    actor: { kind: "person", id: userId },
    kind: "availability-changed",
    subject: { kind: "member", id: userId },
    userId,
    body: { bufferMinutes: rules.bufferMinutes, focusBlocks: rules.focusBlocks },
  })
