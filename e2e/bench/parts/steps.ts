import type { SceneDeps } from "../../../lib/testing/scene"

export type Stopwatch = (step: string, ms: number) => void

/** The same ports, each call timed. Steps that run side by side count in full each. */
export function timed(deps: SceneDeps, record: Stopwatch): SceneDeps {
  return {
    ...deps,
    guarded: timedCalls("database", deps.guarded, record),
    store: timedCalls("database", deps.store, record),
    calendars: {
      ...deps.calendars,
      async open(...args) {
        const account = await deps.calendars.open(...args)
        return account && timedCalls("provider", account, record)
      },
    },
  }
}

function timedCalls<T extends object>(where: string, port: T, record: Stopwatch): T {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== "function") return member
      return async (...args: unknown[]) => {
        const startedAt = performance.now()
        try {
          return await Reflect.apply(member, target, args)
        } finally {
          record(`${where}: ${String(name)}`, performance.now() - startedAt)
        }
      }
    },
  })
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new Error("a median of nothing")
  return middle
}
