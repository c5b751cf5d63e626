import "server-only"
import type { OwnModel } from "../domain/model-choice"
import { modelKeyContext } from "../domain/seal-context"
import type { ModelChoices } from "../ports/model-choices"
import type { Planner } from "../ports/planner"
import { SealBroken, type Vault } from "../ports/vault"

/** Asked right before a model is: false, and the grammar answers instead. */
export type MayAsk = () => Promise<boolean>

/** What an installation can plan with. */
export interface Planners {
  readonly grammar: Planner
  /** With the model that the environment names; null: it names none. */
  readonly installation: { planner(mayAsk: MayAsk): Planner; readonly model: string } | null
  /** @param key in the clear; null: a server without keys */
  own(model: OwnModel, key: string | null, mayAsk: MayAsk): Planner
  /** Where a key cannot be opened any more: the grammar, which says so. */
  keyless(model: OwnModel): Planner
}

export interface PlannerNeeds {
  readonly modelChoices: Pick<ModelChoices, "find">
  readonly planners: Planners
  readonly vault: Vault
}

/** The planner of a workspace, as was last chosen: read for each line of chat, because another process may have changed it. */
export async function plannerOf(
  { modelChoices, planners, vault }: PlannerNeeds,
  workspaceId: string,
  mayAsk: MayAsk,
): Promise<Planner> {
  const { choice, sealedKey } = await modelChoices.find(workspaceId)
  if (choice.kind === "grammar") return planners.grammar
  if (choice.kind === "installation") return planners.installation?.planner(mayAsk) ?? planners.grammar
  try {
    const key = sealedKey && vault.open(sealedKey, modelKeyContext({ workspaceId, ...choice }))
    return planners.own(choice, key, mayAsk)
  } catch (error) {
    if (error instanceof SealBroken) return planners.keyless(choice)
    throw error
  }
}
