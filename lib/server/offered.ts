import "server-only"
import type { TurnFacts } from "../domain/facts"
import type { Person } from "../domain/person"
import type { Plan, QuestionAbout } from "../domain/plan"
import type { RankedSlot } from "../domain/rank-slots"
import { sayWhy } from "../domain/wording-slots"
import type { StoredAnswer } from "../ports/assistant-store"
import { choicesOf } from "./choices"

interface Offer {
  /** One for each slot found, in their order. */
  readonly plans: readonly Plan[]
  readonly found: readonly RankedSlot[]
  /** Whose calendars nobody here can see: addresses. */
  readonly unseen: readonly string[]
  readonly guests: readonly { readonly email: string; readonly name: string | null }[]
  readonly about: QuestionAbout
}

/** Free times as a question: a button each, with why it is offered, people called what the calendars call them. */
export function offered({ plans, found, unseen, guests, about }: Offer, turn: TurnFacts, person: Person): StoredAnswer {
  const nameOf = (email: string) => guests.find((guest) => guest.email.toLowerCase() === email)?.name || email
  const choices = choicesOf(plans, turn, person.timeZone, about).map((choice, i) => {
    const why = sayWhy(found[i]?.reasons ?? [], nameOf)
    return why ? { ...choice, why } : choice
  })
  return { kind: "question", about, choices, chosen: null, ...(unseen.length > 0 && { unseen: unseen.map(nameOf) }) }
}
