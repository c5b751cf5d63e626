import type { CalendarEvent } from "./event"
import type { ForbiddenReason } from "./outcome"
import type { WhyNotNow } from "./plan-rest"
import { type NoProposal, sayRefusal } from "./wording-answers"
import { named } from "./wording-names"
import { sayRefused } from "./wording-outcome"

/*
 * What is said of plans of several steps. Texts of events are quoted, never interpreted.
 */

/** On the card of a plan that its person has made smaller. */
export const sayUnticked = (event: CalendarEvent): string => `You left out ${named(event)}.`

const NOT_NOW: Record<WhyNotNow | "not-writable", string> = {
  gone: "It is no longer on a calendar that I look at.",
  stands: "It is already as you wanted it.",
  "may-arrive": "The calendar's answer was lost, and it may still turn up. Look there before you ask for it again.",
  "series-changed": "Its series was changed since. Ask for it again.",
  "other-kind": "It is a whole day now, or no longer one. Ask for it again.",
  passed: "The time it was to go to has passed.",
  "not-writable": "That calendar can no longer be written to.",
}

/** Why a step that was not done is not proposed again. */
export type WhyLeftOut =
  | { readonly kind: "notNow"; readonly reason: keyof typeof NOT_NOW }
  | { readonly kind: "forbidden"; readonly reason: ForbiddenReason }
  | { readonly kind: "refused"; readonly reason: NoProposal }

/** `"Lunch" is not among it. It is already as you wanted it.` */
export const sayLeftOut = (event: CalendarEvent, why: WhyLeftOut): string =>
  `${named(event)} is not among it. ${whyText(why)}`

function whyText(why: WhyLeftOut): string {
  switch (why.kind) {
    case "notNow":
      return NOT_NOW[why.reason]
    case "forbidden":
      return sayRefused(why)
    case "refused":
      return sayRefusal(why.reason)
    default:
      return why satisfies never
  }
}

/** What is to become of the rest of a plan that stopped: still to be said, proposed anew, left, or past asking because what was done was taken back. */
export type RestChoice = "open" | "continued" | "left" | "undone"

/** "1 of 3 was done, the other 2 were not." */
export function sayStopped(done: number, all: number, choice: RestChoice): string {
  const what = done === 0 ? `None of the ${all} was done` : `${done} of ${all} ${done === 1 ? "was" : "were"} done`
  const others = done === 0 ? "" : all - done === 1 ? ", the other one was not" : `, the other ${all - done} were not`
  switch (choice) {
    case "open":
      return `${what}${others}.`
    case "continued":
      return `${what}. The rest was proposed anew.`
    case "left":
      return `${what}. The rest was left.`
    case "undone":
      return `${what}, and that was undone.`
    default:
      return choice satisfies never
  }
}
