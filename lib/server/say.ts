import "server-only"
import { type EventKey, eventKey } from "../domain/event"
import type { TurnFacts } from "../domain/facts"
import type { Person } from "../domain/person"
import type { FactId, Operation, Plan, PlanAnswer, Telling } from "../domain/plan"
import { isRescoped } from "../domain/rescope"
import { tellPreferences } from "../domain/wording-preferences"
import { type Told, tellFree, tellProposed } from "../domain/wording-told"
import type { Choice, StoredAnswer, StoredTurn } from "../ports/assistant-store"
import type { AuditLog } from "../ports/audit-log"
import type { Planner } from "../ports/planner"
import { answer } from "./answer"
import { choicesOf } from "./choices"
import { askToKeep, choiceLabel, keepPreference } from "./keep-preference"
import { type CalendarsSeen, lookAround } from "./look-around"
import { modelAsked } from "./model-asked"
import { offerSlots } from "./offer-slots"
import { orderOf } from "./order-of"
import { type ProposeDeps, type Proposed, propose } from "./propose"
import { type Overtaken, proposeInstead } from "./propose-instead"
import type { TimeNeeds } from "./times-of-people"
import { proposeUndo } from "./undo-proposal"
import { whatChanged } from "./what-changed"

export interface SayDeps extends ProposeDeps, TimeNeeds {
  /** The one that their workspace has chosen, within their budget. */
  readonly plannerOf: (person: Person) => Promise<Planner>
  readonly audit: Pick<AuditLog, "append">
}

/** How far one line of chat has come; no text of anybody's. */
export type SayStep = "reading" | "asking"

/**
 * One line of chat: words in, a proposal, a question, something told or a refusal out. Nothing is written to any calendar.
 * @param hears of each step as it begins
 */
export async function say(
  deps: SayDeps,
  person: Person,
  words: string,
  hears: (step: SayStep) => void = () => {},
): Promise<StoredTurn> {
  hears("reading")
  const looked = await lookAround(deps, person)
  if (looked.kind === "refusal") return answer(deps, person, words, looked)
  const planner = await deps.plannerOf(person)
  if (planner.isSlow) hears("asking")
  const { model, ...planned } = await planner.plan(words, looked.turn.facts, looked.turn.matcher)
  if (model) await deps.audit.append(person.workspaceId, [modelAsked(person, model)])
  const said = await answerFor(deps, person, planned, looked)
  // what the words were to change was decided while they were read: they are taken as said after that
  if (said === null) return say(deps, person, words, hears)
  return answer(deps, person, words, model?.failure ? { ...said, withoutModel: model.failure } : said)
}

/** The pressed button of a question. Null: no such question of this person, or it was answered before. */
export async function choose(
  deps: SayDeps,
  person: Person,
  turnId: string,
  number: number,
): Promise<StoredTurn | null> {
  const asked = await deps.store.findTurn(person.workspaceId, person.userId, turnId)
  if (asked?.answer.kind === "preference") {
    const label = choiceLabel(asked.answer, number)
    if (!label || !(await deps.store.choose(person.workspaceId, person.userId, turnId, number))) return null
    return answer(deps, person, label, { kind: "told", ...(await keepPreference(deps, person, asked.answer, number)) })
  }
  const choice = asked?.answer.kind === "question" ? asked.answer.choices[number] : undefined
  if (!choice || !(await deps.store.choose(person.workspaceId, person.userId, turnId, number))) return null
  return answer(deps, person, choice.label, await chosenFor(deps, person, choice))
}

async function chosenFor(deps: SayDeps, person: Person, choice: Choice): Promise<StoredAnswer> {
  const looked = await lookAround(deps, person)
  if (looked.kind === "refusal") return looked
  const plan = renamed(choice, looked.turn)
  if (!plan) return { kind: "refusal", reason: "event-gone" }
  return (await proposalFor(deps, person, plan, looked)) ?? chosenFor(deps, person, choice)
}

/** Null: the proposal that it would take the place of does not stand any more. Nothing was stored. */
async function answerFor(
  deps: SayDeps,
  person: Person,
  planned: PlanAnswer,
  looked: CalendarsSeen,
): Promise<StoredAnswer | null> {
  const { turn, read } = looked
  switch (planned.kind) {
    case "plan": {
      const offered = await offerSlots(deps, person, planned, turn, read)
      if (offered && offered.kind !== "plan") return offered
      return proposalFor(deps, person, (offered ?? planned).plan, looked)
    }
    case "question": {
      const offered = await offerSlots(deps, person, planned, turn, read)
      if (offered?.kind === "plan") return proposalFor(deps, person, offered.plan, looked)
      if (offered) return offered
      return {
        kind: "question",
        about: planned.about,
        choices: choicesOf(planned.choices, turn, person.timeZone, planned.about),
        chosen: null,
      }
    }
    case "refusal":
      return { kind: "refusal", reason: planned.reason }
    case "tell":
      return { kind: "told", ...(await told(deps, person, planned.telling, turn)) }
    case "remember":
      return askToKeep(planned.change, turn.facts.preferences ?? [])
    case "undo":
      return proposalOf(await proposeUndo(deps, person, planned.target && keysOf(planned.target, turn)))
    default:
      return planned satisfies never
  }
}

function told(deps: SayDeps, person: Person, telling: Telling, { facts }: TurnFacts): Told | Promise<Told> {
  switch (telling.kind) {
    case "free":
      return tellFree(telling, person.timeZone)
    case "changes":
      return whatChanged(deps, person, telling.since)
    case "preferences":
      return tellPreferences(facts.preferences ?? [])
    case "proposed":
      return tellProposed(telling.scope)
  }
}

/** An instance may have been moved with its series. */
const keysOf = (id: FactId, turn: TurnFacts): readonly EventKey[] => {
  const seen = turn.eventOf(id)
  if (!seen) return []
  const { ref, seriesId } = seen.value
  return [eventKey(ref), ...(seriesId === null ? [] : [eventKey({ ...ref, eventId: seriesId })])]
}

async function proposalFor(
  deps: SayDeps,
  person: Person,
  plan: Plan,
  { turn, read, standing }: CalendarsSeen,
): Promise<StoredAnswer | null> {
  const proposed: Proposed | Overtaken =
    standing !== null && isRescoped(plan, turn.facts.proposed)
      ? await proposeInstead(deps, person, plan, turn, read, standing)
      : await propose(deps, person, plan, turn, read)
  if (proposed.kind === "overtaken") return null
  const said = proposalOf(proposed)
  const order = orderOf(plan, turn)
  return said.kind === "proposal" && order ? { ...said, order } : said
}

const proposalOf = (proposed: Proposed): StoredAnswer =>
  proposed.kind === "proposed"
    ? { kind: "proposal", proposalId: proposed.proposal.id }
    : { kind: "refusal", reason: proposed.reason }

/** The choice's plan in the ids of a new look at the calendars. Null when one of its events, or somebody it invites, is no longer there. */
function renamed({ plan, events, people = {} }: Choice, turn: TurnFacts): Plan | null {
  const operations = plan.operations.flatMap((op): Operation[] => {
    if (op.kind === "create") {
      const guests = op.guests.flatMap((id) => turn.personIdOf(people[id] ?? "") ?? [])
      return guests.length === op.guests.length ? [{ ...op, guests }] : []
    }
    const key = events[op.target]
    const target = key && turn.idOf(key)
    return target ? [{ ...op, target }] : []
  })
  return operations.length === plan.operations.length ? { ...plan, operations } : null
}
