import "server-only"
import type { Person } from "../domain/person"
import type { StoredAnswer, StoredTurn } from "../ports/assistant-store"
import type { ProposeDeps } from "./propose"

/** Puts one line of chat and its answer on record. */
export async function answer(
  deps: Pick<ProposeDeps, "store" | "ids" | "clock">,
  person: Person,
  words: string,
  said: StoredAnswer,
): Promise<StoredTurn> {
  const turn = { id: deps.ids.uuid(), words, answer: said }
  await deps.store.addTurn(person.workspaceId, person.userId, turn)
  return { ...turn, createdAt: new Date(deps.clock.now()).toISOString() }
}
