import type { SceneDeps } from "../scene"

/** One place where a process can end: around one call of one port. `before`: the call was not made; `after`: it was, and its answer is lost. */
export type CrashPoint = `${"before" | "after"} ${string}`

/** A process as its use cases see it: everything they reach outside goes through these ports. */
export interface Mortal {
  readonly deps: SceneDeps
  /** The points that were passed, in the order in which they were, each once: the second call of one port has a number. */
  readonly passed: readonly CrashPoint[]
  /** Resolves when it has died. */
  readonly died: Promise<void>
}

/**
 * The same ports in a process that ends at `at`: from then on nothing that it waits for comes, and nothing that it asks for is done. What it had already
 * sent goes on, as it would. Null: it lives, and only notes where it could have ended.
 *
 * @param passing is waited for at every point
 */
export function mortal(
  deps: SceneDeps,
  at: CrashPoint | null,
  passing: (point: CrashPoint) => Promise<void> | void = () => {},
): Mortal {
  const passed: CrashPoint[] = []
  const calls = new Map<string, number>()
  let dead = false
  let die = () => {}
  const died = new Promise<void>((resolve) => {
    die = resolve
  })

  /** Is the process dead after this point? */
  const reach = async (point: CrashPoint): Promise<boolean> => {
    if (dead) return true
    passed.push(point)
    await passing(point)
    if (point !== at) return false
    dead = true
    die()
    return true
  }

  function guarded<T extends object>(where: string, port: T): T {
    return new Proxy(port, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== "function") return member
        return async (...args: unknown[]) => {
          const call = `${where}.${String(name)}`
          const number = (calls.get(call) ?? 0) + 1
          calls.set(call, number)
          const label = number === 1 ? call : `${call} #${number}`
          if (await reach(`before ${label}`)) return never()
          const answer: unknown = await Reflect.apply(member, target, args)
          return (await reach(`after ${label}`)) ? never() : answer
        }
      },
    })
  }

  const calendars = guarded("calendars", deps.calendars)
  return {
    passed,
    died,
    deps: {
      ...deps,
      store: guarded("store", deps.store),
      guarded: guarded("guarded", deps.guarded),
      audit: guarded("audit", deps.audit),
      bookingEvents: guarded("bookingEvents", deps.bookingEvents),
      calendars: {
        ...calendars,
        async open(...args) {
          const account = await calendars.open(...args)
          return account && guarded("provider", account)
        },
      },
    },
  }
}

const never = (): Promise<never> => new Promise(() => {})
