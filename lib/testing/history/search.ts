import type { Operation } from "./operation"

interface State {
  readonly version: string
  readonly value: string
}

/**
 * The same question answered by trying every order (Wing and Gong, 1993; Lowe, 2017, for remembering where one has been): for small histories of one key, to test the other
 * answer by. It knows nothing of chains: only what one record does that is asked one thing after the other.
 */
export function someOrderExplains(operations: readonly Operation[]): boolean {
  if (operations.length > 30) throw new RangeError("too long to be searched")
  const made = operations.flatMap(({ answer }) => (answer?.kind === "made" ? [answer.version] : []))
  if (new Set(made).size < made.length) return false
  const names = namesOf(operations, new Set(made))
  const answered = operations.reduce((bits, { answer }, n) => (answer ? bits | (1 << n) : bits), 0)
  const been = new Set<string>()

  function search(done: number, state: State | null): boolean {
    if ((done & answered) === answered) return true
    const here = `${done} ${state?.version}`
    if (been.has(here)) return false
    been.add(here)
    const open = operations.flatMap((operation, n) => (done & (1 << n) ? [] : [{ operation, n }]))
    const firstEnd = Math.min(...open.map(({ operation }) => operation.to))
    return open.some(({ operation, n }) => {
      if (operation.from > firstEnd) return false
      const next = after(operation, state, names)
      return next !== undefined && search(done | (1 << n), next)
    })
  }
  return search(0, null)
}

/** What a request that was not answered made, if somebody saw it. */
function namesOf(operations: readonly Operation[], made: ReadonlySet<string>): Map<string, string> {
  const names = new Map<string, string>()
  const taken = new Set(made)
  for (const { answer } of operations) {
    if (answer?.kind !== "stood" || answer.value === null || taken.has(answer.version) || names.has(answer.value))
      continue
    names.set(answer.value, answer.version)
    taken.add(answer.version)
  }
  return names
}

/** The record after this one, null: there is none; undefined: it would have answered otherwise. */
function after(
  { asked, answer, id }: Operation,
  state: State | null,
  names: ReadonlyMap<string, string>,
): State | null | undefined {
  if (answer?.kind === "busy") return state
  const expected = "expected" in asked ? asked.expected : null
  const done =
    asked.op === "create" ? state === null : asked.op !== "read" && state !== null && state.version === expected
  if (done) {
    if (answer && answer.kind !== "made") return undefined
    if (!("value" in asked)) return null
    return { version: answer?.version ?? names.get(asked.value) ?? `of ${id}`, value: asked.value }
  }
  if (answer === null) return state
  if (answer.kind === "absent") return state === null ? null : undefined
  if (answer.kind === "made" || state === null) return undefined
  return answer.version === state.version && (answer.value === null || answer.value === state.value) ? state : undefined
}
