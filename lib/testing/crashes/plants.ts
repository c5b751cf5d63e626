import { randomUUID } from "node:crypto"
import { type EventKey, parseEventKey } from "../../domain/event"
import type { LogEntry } from "../../ports/audit-log"
import type { IntentDraft } from "../../ports/guarded-store"
import type { SceneDeps } from "../scene"
import { withAccount } from "./moments"

/* Bugs of senders and of recoveries, put in by wrapping ports. `sender` runs in the process that dies, `recovery` in the one that comes after. */

export interface Plant {
  readonly sender?: (deps: SceneDeps) => SceneDeps
  readonly recovery?: (deps: SceneDeps) => SceneDeps
}

const withoutLog = (deps: SceneDeps): SceneDeps => ({
  ...deps,
  guarded: { ...deps.guarded, finish: (end) => deps.guarded.finish({ ...end, log: [] }) },
})

/** What is due, as recovery is told of it, is known to the wrapper first. */
function onReclaim(
  deps: SceneDeps,
  first: (due: Awaited<ReturnType<SceneDeps["guarded"]["reclaim"]>>) => Promise<void>,
): SceneDeps {
  return {
    ...deps,
    guarded: {
      ...deps.guarded,
      async reclaim(...args) {
        const due = await deps.guarded.reclaim(...args)
        await first(due)
        return due
      },
    },
  }
}

export const PLANTS = {
  /** The intent is written down when the answer is there. */
  "intent-after-send": {
    sender: (deps) => {
      const { guarded } = deps
      const drafts = new Map<string, [IntentDraft, LogEntry, readonly LogEntry[]]>()
      return {
        ...deps,
        guarded: {
          ...guarded,
          async prepare(...draft) {
            drafts.set(draft[0].id, draft)
            return { kind: "prepared" }
          },
          markSent: async () => "sent",
          async finish(end) {
            const draft = drafts.get(end.id)
            if (draft && (await guarded.prepare(...draft)).kind === "prepared") await guarded.markSent(end, 0)
            return guarded.finish(end)
          },
        },
      }
    },
  },
  /** The request does not say whose it is. */
  "no-marker": {
    sender: (deps) =>
      withAccount(deps, (account) => ({
        ...account,
        update: (ref, patch, seen, options) => account.update(ref, patch, seen, { ...options, marker: randomUUID() }),
      })),
  },
  /** What was sent and not answered is sent again. */
  "unknown-resent": {
    recovery: (deps) =>
      onReclaim(deps, async (due) => {
        for (const { state, workspaceId, userId, key, change, base, id } of due) {
          const account = await deps.calendars.open(workspaceId, userId, parseEventKey(key).connectionId)
          const options = { marker: id, notify: false, timeoutMs: deps.times.timeoutMs }
          if (state === "SENT" && change.kind === "update")
            await account?.update(parseEventKey(key), change.patch, base.version, options)
        }
      }),
  },
  /** What was sent counts as done. */
  "unknown-is-applied": {
    recovery: (deps) => {
      const sent = new Map<EventKey, string>()
      const told = onReclaim(deps, async (due) => {
        for (const { key, id } of due) sent.set(key, id)
      })
      return withAccount(told, (account) => ({
        ...account,
        async get(ref) {
          const read = await account.get(ref)
          const marker = [...sent].find(([key]) => parseEventKey(key).eventId === ref.eventId)?.[1]
          if (read.kind !== "found" || !marker) return read
          return { ...read, event: { ...read.event, value: { ...read.event.value, marker } } }
        },
      }))
    },
  },
  "no-log-row": { sender: withoutLog, recovery: withoutLog },
  /** The outcome's row comes in a transaction of its own. */
  "log-in-second-transaction": {
    sender: (deps) => ({
      ...deps,
      guarded: {
        ...deps.guarded,
        async finish(end) {
          const done = await deps.guarded.finish({ ...end, log: [] })
          await deps.audit.append(end.workspaceId, end.log)
          return done
        },
      },
    }),
  },
  /** Whoever's lease is over is dead, and did nothing: no second look, and nobody hears of what came after all. */
  "dead-by-the-clock": {
    sender: (deps) => ({ ...deps, guarded: { ...deps.guarded, correct: async () => "superseded" } }),
    recovery: (deps) => ({
      ...deps,
      guarded: {
        ...deps.guarded,
        reclaim: async (...args) =>
          (await deps.guarded.reclaim(...args)).map((intent) => ({ ...intent, lookedBefore: true })),
      },
    }),
  },
  /** A process that was taken for dead goes by its own claim for ever. */
  "late-success-unsaid": {
    sender: (deps) => ({ ...deps, guarded: { ...deps.guarded, correct: async () => "superseded" } }),
  },
} as const satisfies Record<string, Plant>

export type PlantName = keyof typeof PLANTS
export const plantOf = (name: PlantName): Plant => PLANTS[name]
