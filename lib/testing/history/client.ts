import { setTimeout as sleep } from "node:timers/promises"
import type { RecordKey } from "../../domain/record"
import { ConflictError, RecordNotFound } from "../../domain/record"
import type { Version } from "../../domain/version"
import type { RecordClaims } from "../../ports/record-claims"
import type { RecordStore } from "../../ports/record-store"
import { editRecord } from "../../server/edit-record"

export const WORKSPACE = "w"

/** Whoever is killed as a holder is in nobody's way for longer. */
const CLAIM_MS = 100

export interface Ports {
  readonly records: RecordStore
  readonly claims: RecordClaims
}

type Act = "read" | "look" | "write" | "edit" | "create" | "delete" | "claimed"
const OFTEN: readonly (readonly [Act, number])[] = [
  ["read", 26],
  ["look", 8],
  ["write", 26],
  ["edit", 14],
  ["create", 20],
  ["delete", 9],
  ["claimed", 3],
]
const ACTS = OFTEN.flatMap(([act, times]) => Array<Act>(times).fill(act))
const oneOf = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T

/**
 * One client, which does one thing after the other to one of the keys until it is told to stop. It shows the version it saw last, whoever wrote since. Answers what it met
 * that is neither done nor a lost race.
 *
 * @param name nobody else's: its values are told apart by it
 */
export async function act(
  { records, claims }: Ports,
  keys: readonly RecordKey[],
  name: string,
  goesOn: () => boolean,
): Promise<string[]> {
  const faults: string[] = []
  const seen = new Map<RecordKey, Version>()
  const actor = { kind: "agent", id: "historian" } as const
  for (let n = 0; goesOn(); n++) {
    const key = oneOf(keys)
    const at = { workspaceId: WORKSPACE, key }
    const by = { ...at, actor }
    const value = { by: `${name}.${n}` }
    const read = async () => {
      const { version } = await records.readWithVersion(at)
      seen.set(key, version)
      return version
    }
    const doing: Readonly<Record<Act, () => Promise<unknown>>> = {
      read,
      look: async () => records.readIfChanged({ ...at, version: seen.get(key) ?? (await read()) }),
      write: async () => records.writeIfVersion({ ...by, value, expectedVersion: seen.get(key) ?? (await read()) }),
      edit: () => editRecord({ records }, { ...by, patch: value }),
      create: () => records.createIfAbsent({ ...by, value }),
      delete: async () =>
        records.publish({
          workspaceId: WORKSPACE,
          actor,
          changes: [{ op: "delete", key, expectedVersion: await read() }],
        }),
      async claimed() {
        const claim = await claims.claim({ ...by, ttlMs: CLAIM_MS })
        if (claim.kind !== "claimed") return
        const { claimId } = claim
        await records.publish({
          workspaceId: WORKSPACE,
          actor,
          changes: [{ op: "write", key, value, claimId, expectedVersion: await read() }],
        })
        await claims.release({ ...by, claimId })
      },
    }
    try {
      await doing[oneOf(ACTS)]()
    } catch (error) {
      if (error instanceof RecordNotFound) seen.delete(key)
      else if (!(error instanceof ConflictError)) {
        faults.push(String(error).slice(-200))
        await sleep(10)
      }
    }
  }
  return faults
}
