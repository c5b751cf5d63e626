import { randomUUID } from "node:crypto"
import pg from "pg"
import type { StoredProposal } from "../../ports/assistant-store"
import { applyProposal } from "../../server/apply-proposal"
import type { Scene } from "../scene"
import { stageOf } from "../stage"

/* P3: a yes that nobody gave. Replayed, altered, of another plan, out of time, taken back, of another person, or made up: none is accepted and nothing is written. */

export interface Forged {
  readonly kinds: Readonly<Record<string, number>>
  /** Those that were carried out. Has to be none. */
  readonly accepted: readonly string[]
  /** Requests to a provider that the true yeses were not. Has to be none. */
  readonly writes: number
}

export async function forgeApprovals(scene: Scene, attempts: number): Promise<Forged> {
  const stage = stageOf(scene)
  const given = async (count: number) => {
    const made: StoredProposal[] = []
    while (made.length < count) made.push((await stage.proposed()).proposal)
    return made
  }
  const [used, overdue, dropped, open] = [await given(4), await given(4), await given(4), await given(6)]
  for (const proposal of used) await stage.apply(proposal)
  await asOwner(scene, overdue)
  for (const { id } of dropped) await scene.deps.store.setProposalState("w1", id, ["open"], "dropped", [])
  const strangers = [
    await scene.addMember("eve"),
    await scene.addMember("root", "admin"),
    await scene.addMember("mallory", "admin", "w2"),
  ]
  const mark = await scene.sandbox.lastExchange()
  const some = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T
  const press = (proposal: StoredProposal, planHash = proposal.planHash, person = scene.person) =>
    applyProposal(scene.deps, person, proposal.id, planHash)
  const FORGERIES = {
    replayed: () => press(some(used)),
    "replayed twice at once": async () => {
      const proposal = some(used)
      return (await Promise.all([press(proposal), press(proposal)]))[1] ?? press(proposal)
    },
    expired: () => press(some(overdue)),
    dropped: () => press(some(dropped)),
    altered: () => press(...altered(some(open))),
    "another plan's": () => press(open[0] ?? some(open), some(open.slice(1)).planHash),
    "another person's": () => press(some(open), undefined, some(strangers)),
    "made up": () => press({ ...some(open), id: randomUUID() }),
    "no hash": () => press(some(open), some(["", "null", "0".repeat(64), "*"])),
  } as const
  const kinds: Record<string, number> = {}
  const accepted: string[] = []
  const names = Object.keys(FORGERIES) as (keyof typeof FORGERIES)[]
  for (let n = 0; n < attempts; n++) {
    const name = names[n % names.length] ?? "replayed"
    const { kind } = await FORGERIES[name]()
    kinds[`${name}: ${kind}`] = (kinds[`${name}: ${kind}`] ?? 0) + 1
    if (kind === "carriedOut") accepted.push(name)
  }
  const writes = (await scene.writes(mark)).length
  // what was forged about is still the person's to say yes to
  for (const proposal of open) if ((await press(proposal)).kind !== "carriedOut") accepted.push("the true yes was not")
  return { kinds, accepted, writes }
}

/** One letter of it is another. */
function altered(proposal: StoredProposal): [StoredProposal, string] {
  const at = Math.floor(Math.random() * proposal.planHash.length)
  const other = proposal.planHash[at] === "0" ? "1" : "0"
  return [proposal, proposal.planHash.slice(0, at) + other + proposal.planHash.slice(at + 1)]
}

async function asOwner(scene: Scene, overdue: readonly StoredProposal[]): Promise<void> {
  const client = new pg.Client({ connectionString: scene.ownerUrl })
  await client.connect()
  const ids = overdue.map(({ id }) => id)
  await client.query("update proposals set expires_at = clock_timestamp() - interval '1 s' where id = any ($1)", [ids])
  await client.end()
}
