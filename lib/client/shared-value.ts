import { useSyncExternalStore } from "react"

export interface SharedValue<T> {
  readonly get: () => T
  readonly set: (value: T) => void
  readonly subscribe: (onChange: () => void) => () => void
}

/** A value that distant parts of one page share. Not kept over a reload, and on the server always `initial`. */
export function createShared<T>(initial: T): SharedValue<T> {
  let current = initial
  const listeners = new Set<() => void>()
  return {
    get: () => current,
    set: (value) => {
      current = value
      for (const listener of listeners) listener()
    },
    subscribe: (onChange) => {
      listeners.add(onChange)
      return () => listeners.delete(onChange)
    },
  }
}

export function useShared<T>(shared: SharedValue<T>, onServer: T): T {
  return useSyncExternalStore(shared.subscribe, shared.get, () => onServer)
}
