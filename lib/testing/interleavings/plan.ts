import type { Consent } from "./judge"
import type { Looks } from "./looks"

/** What became of a proposal, as its person knows it. */
export interface Plan {
  readonly id: string
  readonly planHash: string
  readonly consent: Consent
  /** How many changes by people there had been when it was shown. */
  readonly since: number
  state: "open" | "used"
  question: { readonly id: string; readonly shown: Looks; readonly since: number; readonly disjoint: boolean } | null
  /** What it last said that it had done, and what stood before. */
  done: { readonly before: Looks; readonly after: Looks; readonly since: number } | null
  /** It puts another one back. Nobody puts that back in turn. */
  isUndo: boolean
  /** The plan that puts this one back, once that was pressed. */
  undoneBy: string | null
}

export const newPlan = (id: string, planHash: string, consent: Consent, since: number): Plan => ({
  id,
  planHash,
  consent,
  since,
  state: "open",
  question: null,
  done: null,
  isUndo: false,
  undoneBy: null,
})
