import type { Person } from "../../domain/person"
import { EXAMPLES, sayQuestion, sayRefusal, sayWithoutModel } from "../../domain/wording"
import type { AssistantStore, StoredTurn } from "../../ports/assistant-store"
import type { AnswerView, ConversationView, TurnView } from "../schemas/assistant"
import { showProposal } from "./proposal"

const SHOWN_TURNS = 30

export async function showConversation(store: AssistantStore, person: Person): Promise<ConversationView> {
  const turns = await store.turns(person.workspaceId, person.userId, SHOWN_TURNS)
  return { turns: await Promise.all(turns.map((turn) => showTurn(store, person, turn))) }
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
        text: sayQuestion(answer.about),
        choices: answer.choices.map(({ label }) => ({ label })),
        chosen: answer.chosen,
      }
    case "refusal":
      return { kind: "refusal", text: sayRefusal(answer.reason), examples: EXAMPLES }
    case "told":
      return { kind: "told", text: answer.text, lines: answer.lines }
  }
}
