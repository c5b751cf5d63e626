import type { EventFact, PlannerFacts } from "../../domain/plan"
import { endingAt, resized, shifted } from "./change"
import { fitted } from "./fit"
import type { Intent, Scope } from "./intent"
import { type Spots, spotsFor } from "./place"

/** Every place that an intent can mean for an event. */
export function spotsOf(intent: Placing, event: EventFact, scope: Scope, facts: PlannerFacts): Spots {
  switch (intent.kind) {
    case "place":
      return spotsFor(event, intent.when, intent.lean, scope, facts)
    case "shift":
      return shifted(event, intent.length, intent.lean, facts)
    case "resize":
      return resized(event, intent, facts)
    case "end-at":
      return endingAt(event, intent, facts)
    case "fit":
      return fitted(event, intent.window, facts)
  }
}

/** An intent that says where to. */
export type Placing = Exclude<Intent, { kind: "swap" | "bare" }>
