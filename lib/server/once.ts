import "server-only"

/** Calls `make` when first asked and answers the same ever after. A failure is not kept. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

const SHARED = Symbol.for("ifmatch.shared")

/**
 * The same, for what a process may have only one of: a bundler gives `instrumentation` and the routes copies of a module, and a development
 * server makes new ones at every edit.
 */
export function oncePerProcess<T>(name: string, make: () => T): () => T {
  const scope = globalThis as { [SHARED]?: Map<string, unknown> }
  return () => {
    scope[SHARED] ??= new Map()
    if (!scope[SHARED].has(name)) scope[SHARED].set(name, make())
    return scope[SHARED].get(name) as T
  }
}
