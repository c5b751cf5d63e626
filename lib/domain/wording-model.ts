import type { ModelFailure } from "./model-use"

/*
 * Why a language model gave no answer.
 */

const WITHOUT_MODEL: Record<ModelFailure, string> = {
  unreachable: "The language model could not be reached",
  slow: "The language model took too long",
  rejected: "The language model's provider refused to be asked",
  overloaded: "The language model is overloaded or broken just now",
  malformed: "The language model gave an answer that I cannot read",
  endless: "The language model came to no answer",
  declined: "The language model would not answer",
  nonsense: "The language model answered what cannot be",
  "too-many-events": "Your calendars hold more than I tell a language model",
  "too-often": "You have asked the language model often just now",
  "not-public": "The language model's address is none on the public internet",
  "key-lost": "The language model's key cannot be read any more",
}
/** Said with an answer that the grammar gave in place of a model. */
export const sayWithoutModel = (failure: ModelFailure): string =>
  `${WITHOUT_MODEL[failure]}, so I read this by my own grammar.`

/** What an admin can do about it. */
const MEND_MODEL: Partial<Record<ModelFailure, string>> = {
  unreachable: "Look at its address.",
  slow: "A smaller one may do.",
  rejected: "Look at its key, its name and its address.",
  malformed: "It has to be able to call tools.",
  endless: "It has to be able to call tools.",
  declined: "It has to be able to call tools.",
  "not-public": "Nothing was sent there.",
  "key-lost": "Give it again.",
}

/** Said to whoever has tried too often. @param seconds until it may be tried again */
export const sayTriedOften = (seconds: number): string =>
  `This workspace has tried its model often just now. It can be tried again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`

/** Said to whoever tries a model. */
export const sayModelFailure = (failure: ModelFailure): string =>
  [`${WITHOUT_MODEL[failure]}.`, MEND_MODEL[failure]].filter(Boolean).join(" ")
