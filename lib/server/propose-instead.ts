import "server-only"
import type { TurnFacts } from "../domain/facts"
import type { Person } from "../domain/person"
import type { Plan } from "../domain/plan"
import { canChoose, isQuiet, withGuestsTold } from "./guests-told"
import { draftOf, type ProposeDeps, type Proposed } from "./propose"
import type { CalendarRead } from "./read-calendars"
import { byAssistant, dropEarlier, storeInPlaceOf } from "./store-proposal"

/** What it was to take the place of is decided, over, or another plan by now. Nothing was stored. */
export type Overtaken = { readonly kind: "overtaken" }

/**
 * Turns a plan into a proposal in the place of the one `replaces`, whatever events that is about: an instance and its series are two. One goes as the other comes. That the guests are not to hear of it was
 * said of the order, so it holds for the new one too, where it can be chosen there.
 */
export async function proposeInstead(
  deps: ProposeDeps,
  person: Person,
  plan: Plan,
  turn: TurnFacts,
  read: CalendarRead,
  replaces: string,
): Promise<Proposed | Overtaken> {
  const draft = await draftOf(deps, person, plan, turn, read)
  if (draft.kind === "refused") return draft
  const before = await deps.store.findProposal(person.workspaceId, person.userId, replaces)
  if (!before) return { kind: "overtaken" }
  const quiet = isQuiet(before.operations) && canChoose(draft.readings)
  const operations = quiet ? withGuestsTold(draft.operations, false) : draft.operations
  const proposal = await storeInPlaceOf(deps, person, before, byAssistant({ ...draft, operations }))
  if (!proposal) return { kind: "overtaken" }
  await dropEarlier(deps, person, proposal)
  return { kind: "proposed", proposal }
}
