import "server-only"
import type { Person } from "../domain/person"
import type { AvailabilityRules, AvailabilityStore } from "../ports/availability-rules"

/** D17. What a person keeps free from now on. */
export const changeRules = (
  { availability }: { readonly availability: AvailabilityStore },
  { workspaceId, userId }: Person,
  rules: AvailabilityRules,
): Promise<void> =>
  availability.putRules(workspaceId, userId, rules, {
    actor: { kind: "person", id: userId },
    kind: "settings",
    subject: { kind: "member", id: userId },
    userId,
    body: { ...rules },
  })
