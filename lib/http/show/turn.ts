import type { Person } from "../../domain/person"
import { EXAMPLES, sayQuestion, sayRefusal } from "../../domain/wording-answers"
import { sayWithoutModel } from "../../domain/wording-model"
import { askPreference, PREFERENCE_CHOICES } from "../../domain/wording-preferences"
import { sayUnseen } from "../../domain/wording-slots"
import type { AssistantStore, StoredProposal, StoredTurn } from "../../ports/assistant-store"
import type { AnswerView, ConversationView, TurnView } from "../schemas/assistant"
import { showProposal } from "./proposal"

const SHOWN_TURNS = 30
/** Of agents outside: what waits, and what was applied a short while ago. They never push the person's own words out. */
const SHOWN_OF_AGENTS = { limit: 20, sinceMs: 2 * 3_600_000 }

/** What was said, and among it what agents outside have proposed, by when it was. */
export async function showConversation(store: AssistantStore, person: Person): Promise<ConversationView> {
  const { workspaceId, userId } = person
  const [turns, proposals] = await Promise.all([
    store.turns(workspaceId, userId, SHOWN_TURNS),
    store.agentProposals(workspaceId, userId, SHOWN_OF_AGENTS),
  ])
  const shown = await Promise.all([
    ...turns.map((turn) => showTurn(store, person, turn)),
    ...proposals.map((proposal) => showUnasked(store, person, proposal)),
  ])
  return { turns: shown.sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt)) }
}

/** A proposal that nobody's words led to. */
async function showUnasked(store: AssistantStore, person: Person, proposal: StoredProposal): Promise<TurnView> {
  const view = await showProposal(store, proposal, person.timeZone)
  const answer = { kind: "proposal" as const, text: view.text, proposal: view }
  return { id: proposal.id, words: "", createdAt: proposal.createdAt, answer }
}

export async function showTurn(store: AssistantStore, person: Person, turn: StoredTurn): Promise<TurnView> {
  const { id, words, createdAt } = turn
  const { withoutModel } = turn.answer
  const answer = await showAnswer(store, person, turn)
  return { id, words, createdAt, answer, ...(withoutModel && { note: sayWithoutModel(withoutModel) }) }
}

async function showAnswer(store: AssistantStore, person: Person, { answer }: StoredTurn): Promise<AnswerView> {
  switch (answer.kind) {
    case "proposal": {
      const proposal = await store.findProposal(person.workspaceId, person.userId, answer.proposalId)
      if (!proposal) return { kind: "refusal", text: sayRefusal("event-gone"), examples: [] }
      const view = await showProposal(store, proposal, person.timeZone)
      return { kind: "proposal", text: view.text, proposal: view }
    }
    case "question":
      return {
        kind: "question",
        text: [sayQuestion(answer.about), sayUnseen(answer.unseen ?? [])].filter(Boolean).join(" "),
        choices: answer.choices.map(({ label, why }) => ({ label, ...(why !== undefined && { why }) })),
        chosen: answer.chosen,
      }
    case "preference":
      return {
        kind: "question",
        text: askPreference(answer.change, answer.standing),
        choices: PREFERENCE_CHOICES[answer.change.op].map((label) => ({ label })),
        chosen: answer.chosen,
      }
    case "refusal":
      return { kind: "refusal", text: sayRefusal(answer.reason), examples: EXAMPLES }
    case "told":
      return { kind: "told", text: answer.text, lines: answer.lines }
  }
}
