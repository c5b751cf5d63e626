import { randomUUID } from "node:crypto"
import { throughWrites, withAccount } from "../crashes/moments"
import { naiveTool } from "../naive-tool"
import type { Scene, SceneDeps } from "../scene"

/* Bugs of a sender whose answer was lost, put in by wrapping the account. */

export const PLANTS = {
  /** As an SDK does by default: what was not answered goes out again. */
  "retry-writes": (deps) =>
    withAccount(deps, (account) =>
      throughWrites(account, async (write, options) => {
        const first = await write(account, options)
        return first.kind === "unknown" || first.kind === "throttled" ? write(account, options) : first
      }),
    ),
  "no-if-match": (deps, scene) =>
    withAccount(deps, (account) => ({
      ...account,
      async update(ref, patch, seen, options) {
        if (patch.start?.kind !== "timed" || patch.end?.kind !== "timed")
          return account.update(ref, patch, seen, options)
        await (await naiveTool(scene)).write(ref.eventId, { start: patch.start.at, end: patch.end.at })
        const read = await account.get(ref)
        return read.kind === "found" ? { kind: "applied", event: read.event } : { kind: "unknown", cause: "lost" }
      },
    })),
  "no-marker": (deps) =>
    withAccount(deps, (account) =>
      throughWrites(account, (write, options) => write(account, { ...options, marker: randomUUID() })),
    ),
  /** Nothing was heard, so it will have worked. */
  "success-on-5xx": (deps) =>
    withAccount(deps, (account) =>
      throughWrites(account, async (write, options) => {
        const answer = await write(account, options)
        return answer.kind === "unknown" ? { kind: "done" } : answer
      }),
    ),
  /** Nothing was heard, so it will not have worked. */
  "unknown-is-failure": (deps) =>
    withAccount(deps, (account) =>
      throughWrites(account, async (write, options) => {
        const answer = await write(account, options)
        return answer.kind === "unknown" ? { kind: "notApplied", reason: "no-trace" } : answer
      }),
    ),
  /** What was not there at the first look is given up. */
  "looks-once": (deps) => ({
    ...deps,
    guarded: {
      ...deps.guarded,
      reclaim: async (...args) => (await deps.guarded.reclaim(...args)).map((due) => ({ ...due, lookedBefore: true })),
    },
  }),
} as const satisfies Record<string, (deps: SceneDeps, scene: Scene) => SceneDeps>

export type PlantName = keyof typeof PLANTS
