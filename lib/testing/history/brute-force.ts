import type { Operation } from "./operation"

/** What stands: a version and its value; null: nothing. */
type State = { readonly version: string; readonly value: string } | null

/** Is a history of one key linearizable, and no version made twice? By trying every order. For a handful of operations. */
export function isLinearizable(operations: readonly Operation[]): boolean {
  const makers = new Map<string, string>()
  for (const { client, answer, ...wish } of operations) {
    if (answer?.is !== "applied" && answer?.is !== "found") continue
    const maker = answer.is === "found" ? answer.value : "value" in wish ? wish.value : `deletion by ${client}`
    if ((makers.get(answer.version) ?? maker) !== maker) return false
    makers.set(answer.version, maker)
  }
  const seen = operations.flatMap(({ answer }) =>
    answer?.is === "found" ? [[answer.value, answer.version] as const] : [],
  )
  return search(operations, null, new Map(seen))
}

/** @param versionOf of values that somebody saw: what a write made whose answer was lost */
function search(operations: readonly Operation[], state: State, versionOf: ReadonlyMap<string, string>): boolean {
  if (operations.every(({ answer }) => answer === null)) return true
  // whoever was called after somebody's answer comes after them
  const firstEnd = Math.min(...operations.map(({ returned }) => returned ?? Infinity))
  return operations.some((operation, i) => {
    if (operation.invoked > firstEnd) return false
    const rest = operations.filter((_, j) => j !== i)
    // one that nobody knows the end of may have done nothing
    if (!operation.answer && search(rest, state, versionOf)) return true
    const after = afterwards(operation, state, versionOf)
    return after !== undefined && search(rest, after, versionOf)
  })
}

/** Undefined: with that answer it cannot have happened here. */
function afterwards(operation: Operation, state: State, versionOf: ReadonlyMap<string, string>): State | undefined {
  const { answer } = operation
  if (operation.op === "read") {
    if (answer?.is === "absent") return state === null ? state : undefined
    if (answer?.is !== "found") return state
    return state?.version === answer.version && state.value === answer.value ? state : undefined
  }
  const may = operation.op === "create" ? state === null : state?.version === operation.expected
  if (answer?.is === "refused") return !may && answer.current === (state?.version ?? null) ? state : undefined
  if (!may) return undefined
  if (operation.op === "delete") return null
  const version =
    answer?.is === "applied" ? answer.version : (versionOf.get(operation.value) ?? `of ${operation.value}`)
  return { version, value: operation.value }
}
