import "server-only"
import type { EventKey } from "../domain/event"
import type { Person } from "../domain/person"
import { planHash } from "../domain/plan"
import type { NewProposal, ProposingAgent, StoredOperation, StoredProposal } from "../ports/assistant-store"
import { logOf } from "./log-of"
import type { Draft, ProposeDeps } from "./propose"

/* A draft becomes a proposal that waits for a yes, in one transaction with the log rows of what it proposes. */

/** How long a proposal can be applied. */
const PROPOSAL_TTL_MS = 30 * 60_000

/** To be stored as the assistant's own, not an agent's nor an undo. */
export const byAssistant = ({ operations, readings }: Draft) =>
  ({ origin: "assistant", operations, readings, undoOf: null }) as const

/** The identity of what a person is shown and says yes to (B7): what is written, on which versions, and what was relied on. */
export const hashOf = (operations: readonly StoredOperation[]): string =>
  planHash(
    operations.map(({ key, base, careDigest, change, notify, slot }) => ({
      key,
      version: base.version,
      careDigest,
      change,
      notify,
      slot,
    })),
  )

type ToStore = Pick<StoredProposal, "origin" | "operations" | "readings" | "undoOf"> & {
  readonly agent?: ProposingAgent | null
  readonly id?: string
  readonly continues?: string
  readonly leftOut?: readonly string[]
}

export async function storeProposal(
  deps: Pick<ProposeDeps, "store" | "ids">,
  person: Person,
  draft: ToStore,
): Promise<StoredProposal> {
  const proposal = newProposal(deps, person, { ...draft, agent: draft.agent ?? null })
  return deps.store.createProposal(proposal, PROPOSAL_TTL_MS, rowsOf(proposal))
}

/**
 * What follows on another proposal, once: where it is there already, that one. Null: there is nothing to follow on any more.
 * @param words of the line of chat that tells it; null: it is told elsewhere
 */
export async function storeFollowUp(
  { store, ids }: Pick<ProposeDeps, "store" | "ids">,
  person: Person,
  draft: ToStore,
  words: string | null,
): Promise<{ readonly proposal: StoredProposal; readonly isNew: boolean } | null> {
  const { workspaceId, userId } = person
  const wanted = newProposal({ ids }, person, { ...draft, agent: draft.agent ?? null })
  const said = { kind: "proposal" as const, proposalId: wanted.id }
  const turn = words === null ? null : { id: ids.uuid(), words, answer: said }
  const made = await store.createFollowUp(wanted, PROPOSAL_TTL_MS, rowsOf(wanted), turn)
  const proposal = made && (await store.findProposal(workspaceId, userId, made.id))
  return made && proposal && { proposal, isNew: made.isNew }
}

/** In the place of one that stands, which is dropped with it. Null: that does not stand any more as it is given here; nothing was stored. */
export async function storeInPlaceOf(
  deps: Pick<ProposeDeps, "store" | "ids">,
  person: Person,
  before: StoredProposal,
  draft: ToStore,
): Promise<StoredProposal | null> {
  const proposal = newProposal(deps, person, { ...draft, agent: draft.agent ?? null })
  const log = [logOf.dropped(before, "replaced"), ...rowsOf(proposal)]
  return deps.store.createInPlaceOf(before, proposal, PROPOSAL_TTL_MS, log)
}

/** What an agent outside proposes. Null: `most` others of its proposals wait for their person already. */
export async function storeAgentProposal(
  deps: ProposeDeps,
  person: Person,
  agent: ProposingAgent,
  { operations, readings }: Draft,
  most: number,
): Promise<StoredProposal | null> {
  const draft = { origin: "outside-agent" as const, agent, operations, readings, undoOf: null }
  const proposal = newProposal(deps, person, draft)
  const stored = await deps.store.createAgentProposal(proposal, PROPOSAL_TTL_MS, most, rowsOf(proposal))
  if (stored) await dropEarlier(deps, person, stored)
  return stored
}

const newProposal = <D extends ToStore>({ ids }: Pick<ProposeDeps, "ids">, person: Person, draft: D) => ({
  ...draft,
  workspaceId: person.workspaceId,
  id: draft.id ?? ids.uuid(),
  userId: person.userId,
  state: "open" as const,
  planHash: hashOf(draft.operations),
  continues: draft.continues ?? null,
  leftOut: draft.leftOut ?? [],
})

const rowsOf = (proposal: NewProposal) => proposal.operations.flatMap((op) => logOf.proposed(proposal, op))

/** The latest takes the place of what the same proposer had open about its events: an agent's never that of the person's own, nor of another agent's. */
export async function dropEarlier(deps: ProposeDeps, person: Person, latest: StoredProposal): Promise<void> {
  const keys = new Set<EventKey>(latest.operations.map((op) => op.key))
  const open = await deps.store.openProposals(person.workspaceId, person.userId)
  const replaced = open.filter(
    (p) => p.id !== latest.id && p.agent?.id === latest.agent?.id && p.operations.some((op) => keys.has(op.key)),
  )
  await Promise.all(
    replaced.map((p) =>
      deps.store.setProposalState(p.workspaceId, p.id, ["open", "stale"], "dropped", [logOf.dropped(p, "replaced")]),
    ),
  )
}
