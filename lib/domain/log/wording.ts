import type { ProblemKind } from "./verify"

/** What a verification found, in words. */
export const PROBLEM_TEXT: Record<ProblemKind, string> = {
  "row-missing": "a row that was sealed is no longer there",
  "row-changed": "a row differs from what was sealed",
  gap: "a place in the chain is missing or out of order",
  "checkpoint-root": "the rows do not add up to a signed checkpoint",
  "checkpoint-signature": "a checkpoint's signature is not right",
  "checkpoint-beyond": "a signed checkpoint speaks of more rows than there are: the end was cut off",
  "outside-root": "the rows do not add up to a checkpoint kept outside the database: the chain was rewritten",
  "outside-beyond":
    "a checkpoint kept outside the database speaks of more rows than there are: the end was cut off, or an old copy restored",
  "outside-missing":
    "the checkpoints kept outside the database are gone, so a rewrite of the whole chain would not show",
  "text-changed": "a personal text differs from what was sealed",
}

/** What a good verification does not prove. Said with every answer. */
export const VERIFICATION_LIMITS = [
  "It does not prove that everything that happened was logged, only that what was logged has not been altered since it was sealed.",
  "Rows not yet sealed are not covered.",
  "Whoever holds the signing key and every outside copy of the checkpoints could rewrite both; keep copies of the checkpoints elsewhere.",
  "Erased personal texts are not covered: the chain binds times, versions and decisions, not titles.",
]
