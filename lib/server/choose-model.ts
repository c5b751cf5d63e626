import "server-only"
import type { ModelChoice } from "../domain/model-choice"
import type { ModelFailure } from "../domain/model-use"
import type { Person } from "../domain/person"
import type { Matcher, PlannerFacts } from "../domain/plan"
import { modelKeyContext } from "../domain/seal-context"
import type { AuditLog } from "../ports/audit-log"
import type { Clock } from "../ports/clock"
import type { Choosing, ModelChoices } from "../ports/model-choices"
import type { Vault } from "../ports/vault"
import { modelAsked } from "./model-asked"
import { type PlannerNeeds, plannerOf } from "./planner-of"

export interface ChooseModelNeeds extends PlannerNeeds {
  readonly modelChoices: ModelChoices
  readonly vault: Vault
  /** May requests go to this address? */
  readonly modelMayBeAt: (address: string) => Promise<boolean>
}

/** What stands, as an admin sees it: of the key only whether there is one. */
export async function readModelChoice({ modelChoices, planners }: ChooseModelNeeds, { workspaceId }: Person) {
  const { choice, version, sealedKey } = await modelChoices.find(workspaceId)
  const installation = planners.installation?.model ?? null
  // nobody has chosen, and there is nothing to choose from: the grammar
  const stands: ModelChoice = choice.kind === "installation" && !installation ? { kind: "grammar" } : choice
  return { choice: stands, version: etag(version), keySet: sealedKey !== null, installation }
}

const etag = (version: number): string => `"${version}"`
/** What is no version of ours is none that stands. */
const numberOf = (seen: string): number => Number(/^"(\d{1,9})"$/.exec(seen)?.[1] ?? -1)

export interface ModelWish {
  readonly choice: ModelChoice
  /** undefined: as it is; null: none */
  readonly key?: string | null | undefined
}

/**
 * Chooses what reads the words of the admin's workspace, on the choice that they saw: of two admins the second is told, and nothing of theirs is written. The key goes
 * into the vault, bound to the address it was given for, and comes out for requests to that address only.
 */
export async function chooseModel(
  { modelChoices, planners, vault, modelMayBeAt }: ChooseModelNeeds,
  { workspaceId, userId }: Person,
  seen: string,
  { choice, key }: ModelWish,
): Promise<Choosing | "refused-address" | "no-model-here"> {
  if (choice.kind === "installation" && !planners.installation) return "no-model-here"
  const baseUrl = choice.kind === "own" ? choice.baseUrl : null
  if (baseUrl !== null && !(await modelMayBeAt(baseUrl))) return "refused-address"
  const sealed = choice.kind === "own" && key ? vault.seal(key, modelKeyContext({ workspaceId, ...choice })) : undefined
  const sealedKey = key === null ? null : sealed
  return modelChoices.choose(workspaceId, userId, numberOf(seen), choice, sealedKey, {
    actor: { kind: "person", id: userId },
    kind: "model-changed",
    subject: { kind: "workspace", id: workspaceId },
    userId,
    body: {
      kind: choice.kind,
      ...(choice.kind === "own" && { provider: choice.provider, model: choice.model }),
      ...(baseUrl !== null && { host: new URL(baseUrl).host }),
    },
  })
}

const TRIAL = "when am I free tomorrow?"
const NOTHING: Matcher = { byTitle: () => [], byPerson: () => [], people: () => [] }

/** `failure` null: nothing went wrong, or the grammar was chosen. `tokens`: of the workspace's bucket for trials, what is left. */
export type Tried =
  | { readonly kind: "tried"; readonly failure: ModelFailure | null; readonly tokens: number }
  | { readonly kind: "limited"; readonly tokens: number }

/** Asks the chosen model about an empty calendar, and says what went wrong. The log has it like any question. `limited`: nothing was sent, and nothing written. */
export async function tryModel(
  needs: ChooseModelNeeds & { readonly audit: Pick<AuditLog, "append">; readonly clock: Clock },
  person: Person,
): Promise<Tried> {
  const { passed, tokens } = await needs.modelChoices.takeTrial(person.workspaceId)
  if (!passed) return { kind: "limited", tokens }
  const facts: PlannerFacts = {
    now: new Date(needs.clock.now()).toISOString(),
    timeZone: person.timeZone,
    workingHours: person.workingHours,
    events: [],
    lastMentioned: [],
  }
  const planner = await plannerOf(needs, person.workspaceId, async () => true)
  const { model } = await planner.plan(TRIAL, facts, NOTHING)
  if (model) await needs.audit.append(person.workspaceId, [modelAsked(person, model)])
  return { kind: "tried", failure: model?.failure ?? null, tokens }
}
