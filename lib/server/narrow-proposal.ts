import "server-only"
import type { Provider } from "../domain/event"
import type { Outcome } from "../domain/outcome"
import type { Person } from "../domain/person"
import type { Reading } from "../domain/plan"
import { narrowedTo } from "../domain/plan-parts"
import { shownSteps } from "../domain/plan-rest"
import { sayUnticked } from "../domain/wording-plans"
import type { AssistantStore, StoredOperation, StoredProposal } from "../ports/assistant-store"
import type { Calendars } from "../ports/calendars"
import { logOf } from "./log-of"
import { readingsOf } from "./propose"
import { hashOf } from "./store-proposal"

export type Narrowed =
  | { readonly kind: "narrowed" }
  | { readonly kind: "notFound" }
  | Extract<Outcome, { kind: "superseded" | "forbidden" }>

/**
 * Only some of a plan's steps, chosen before Apply: a plan with another hash, so that a yes to the wider one does not hold for it (B7). The steps that go are taken out of what is kept, so nothing of theirs
 * is read or compared any more. Nothing else about the plan becomes another: it cannot be widened again, and steps that need each other are not parted.
 * @param planHash of the plan that was on screen @param keep positions of it
 */
export async function narrowProposal(
  { store, calendars }: { readonly store: AssistantStore; readonly calendars: Pick<Calendars, "connections"> },
  person: Person,
  proposalId: string,
  planHash: string,
  keep: readonly number[],
): Promise<Narrowed> {
  const { workspaceId, userId } = person
  const proposal = await store.findProposal(workspaceId, userId, proposalId)
  if (!proposal) return { kind: "notFound" }
  if (proposal.planHash !== planHash) return { kind: "forbidden", reason: "plan-changed" }
  if (proposal.state !== "open" && proposal.state !== "stale") return { kind: "superseded" }
  const operations = narrowedTo(proposal.operations, keep)
  if (!operations) return { kind: "forbidden", reason: "belong-together" }
  if (operations.length === proposal.operations.length) return { kind: "narrowed" }

  const gone = shownSteps(proposal.operations).filter(({ position }) => !keep.includes(position))
  const connections = await calendars.connections(workspaceId, userId)
  const to = {
    planHash: hashOf(operations),
    readings: stillTrue(proposal, operations, connections),
    leftOut: [...proposal.leftOut, ...gone.map(({ base }) => sayUnticked(base.value))],
  }
  const log = logOf.narrowed(
    proposal,
    gone.map(({ key }) => key),
    to.planHash,
  )
  return (await store.narrow(proposal, keep, to, [log])) ? { kind: "narrowed" } : { kind: "superseded" }
}

/** What was said of the plan, without what was true of the steps that went alone. */
function stillTrue(
  { readings }: StoredProposal,
  left: readonly StoredOperation[],
  connections: readonly { readonly id: string; readonly provider: Provider }[],
): readonly Reading[] {
  const ofLeft = readingsOf(left, ({ connectionId }) => connections.find(({ id }) => id === connectionId)?.provider)
  const splits = left.some(({ change }) => change.kind === "split")
  return readings.filter((reading) =>
    OF_PROVIDERS.includes(reading) ? ofLeft.includes(reading) : splits || !OF_SPLITS.includes(reading),
  )
}

const OF_PROVIDERS: readonly Reading[] = ["guests-always-told", "guests-told-by-server", "own-dates-lost"]
const OF_SPLITS: readonly Reading[] = ["new-meeting-link", "replies-lost", "attachments-left", "no-undo"]
