import type { Nanos, Operation } from "./operation"

/*
 * Is there one order of all operations of a key, each at a moment between its call and its answer, in which every answer is right (Herlihy, Wing 1990)? In general that is a search. Here a change names the version it
 * replaces and the one it makes, so that the order of the changes is known, and what is left is whether moments can be found for it: one pass from the front. `brute-force.ts` is the search; they are held together.
 */

type Change = Operation & { readonly op: "create" | "write" | "delete"; readonly version: string }
/** Somebody saw a state: the version, or null for nothing. */
interface Sight {
  readonly seen: string | null
  readonly from: Nanos
  readonly to: Nanos
}

export interface Verdict {
  /** In sentences; none: linearizable. */
  readonly wrong: readonly string[]
  /**
   * What was held against nothing: "nothing" was seen where there were several times at which there was nothing, or a version that one made of whom nobody knows the end, and whose value nobody read.
   */
  readonly unclear: number
}

/** @param operations all of one key, complete but for what nobody knows the end of */
export function checkKey(operations: readonly Operation[]): Verdict {
  const wrong: string[] = []
  const changes = changesOf(operations, wrong)
  const sights = sightsOf(operations, changes, wrong)
  const made = new Set(changes.map(({ version }) => version))
  const known = sights.filter(({ seen }) => seen === null || made.has(seen))
  const order = orderOf(changes, known, wrong)
  if (wrong.length > 0) return { wrong, unclear: 0 }
  const { unclear, ...verdict } = placed(order, known)
  return { ...verdict, unclear: unclear + sights.length - known.length }
}

/** Those that were carried out: they said so, or somebody saw what they wrote. */
function changesOf(operations: readonly Operation[], wrong: string[]): Change[] {
  const seen = new Map<string, string>()
  for (const { answer } of operations) if (answer?.is === "found") seen.set(answer.value, answer.version)
  const changes: Change[] = []
  for (const operation of operations) {
    if (operation.op === "read") continue
    const { answer } = operation
    const version =
      answer?.is === "applied" ? answer.version : "value" in operation ? seen.get(operation.value) : undefined
    if (answer?.is === "refused" && version !== undefined)
      wrong.push(`${named(operation)} was refused, and its value is there`)
    else if (version !== undefined) changes.push({ ...operation, version } as Change)
  }
  return [...changes, ...silentDeletes(operations, changes)]
}

/** A deletion that nobody knows the end of, of a version that nothing else replaced: it may have come at any time since, also after everything else, so it is taken to have been. What it made nobody saw. */
function silentDeletes(operations: readonly Operation[], changes: readonly Change[]): Change[] {
  const made = new Set(changes.flatMap(({ op, version }) => (op === "delete" ? [] : [version])))
  const replaced = new Set(changes.flatMap((change) => ("expected" in change ? [change.expected] : [])))
  return operations.flatMap((operation) => {
    if (operation.op !== "delete" || operation.answer) return []
    if (!made.has(operation.expected) || replaced.has(operation.expected)) return []
    replaced.add(operation.expected)
    return [{ ...operation, version: `after ${operation.expected}` } as Change]
  })
}

/** From nothing through every life of the record. */
function orderOf(changes: readonly Change[], sights: readonly Sight[], wrong: string[]): Change[] {
  const latest = new Map(changes.map(({ version, returned }) => [version, returned ?? Infinity]))
  for (const { seen, to } of sights) if (seen !== null) latest.set(seen, Math.min(latest.get(seen) ?? Infinity, to))
  const made = new Set<string>()
  const next = new Map<string, Change>()
  for (const change of changes) {
    if (made.has(change.version))
      wrong.push(`version ${change.version} was made twice, by ${named(change)} the second time`)
    made.add(change.version)
    if (change.op === "create") continue
    const other = next.get(change.expected)
    if (other) wrong.push(`${named(other)} and ${named(change)} both replaced version ${change.expected}`)
    next.set(change.expected, change)
  }
  const reached = new Set<Change>()
  const lives = changes
    .filter(({ op }) => op === "create")
    .map((creation) => {
      const life = [creation]
      for (let last = next.get(creation.version); last && !reached.has(last); last = next.get(last.version)) {
        life.push(last)
        reached.add(last)
        if (last.op === "delete") break
      }
      return { life, beginsBy: Math.min(...life.map(({ version }) => latest.get(version) ?? Infinity)) }
    })
    // one that did not end is the last; else whichever had to begin sooner was before
    .sort((a, b) => Number(isOpen(a)) - Number(isOpen(b)) || a.beginsBy - b.beginsBy)
  const order = lives.flatMap(({ life }) => life)
  if (order.length < changes.length) {
    const [lost] = changes.filter((change) => change.op !== "create" && !reached.has(change))
    if (lost) wrong.push(`${named(lost)} replaced a version that nobody made`)
  }
  for (const { life } of lives.slice(0, -1))
    if (isOpen({ life })) wrong.push(`created anew while version ${life.at(-1)?.version} stood`)
  return order
}

const isOpen = ({ life }: { readonly life: readonly Change[] }): boolean => life.at(-1)?.op !== "delete"

/** A refusal says what stood there, which must not be what was shown. */
function sightsOf(operations: readonly Operation[], changes: readonly Change[], wrong: string[]): Sight[] {
  const values = new Map(changes.map((change) => [change.version, "value" in change ? change.value : null]))
  const done = new Set(changes.map(({ client, invoked }) => `${client} ${invoked}`))
  const isLost = ({ op, answer, client, invoked }: Operation) =>
    op !== "read" && answer === null && !done.has(`${client} ${invoked}`)
  const somebodyIsLost = operations.some(isLost)
  return operations.flatMap((operation): Sight[] => {
    const { answer, invoked: from, returned } = operation
    if (!answer || returned === null || answer.is === "applied") return []
    const seen = answer.is === "found" ? answer.version : answer.is === "absent" ? null : answer.current
    const value = seen === null ? undefined : values.get(seen)
    if (seen !== null && value === undefined && (answer.is === "found" || !somebodyIsLost))
      wrong.push(`${named(operation)} saw version ${seen}, which nobody made`)
    if (value === null) wrong.push(`${named(operation)} saw version ${seen}, which is a deletion`)
    if (answer.is === "found" && value !== undefined && value !== answer.value)
      wrong.push(`${named(operation)} saw version ${seen} with another value than was written`)
    if (answer.is === "refused" && seen === ("expected" in operation ? operation.expected : null))
      wrong.push(`${named(operation)} was refused by nothing: version ${seen} is what it showed`)
    return [{ seen, from, to: returned }]
  })
}

/** Moments for the changes, so that whoever saw a state did so while it lasted. */
function placed(order: readonly Change[], sights: readonly Sight[]): Verdict {
  // state 0 is nothing, state i what change i left
  const stateOf = new Map(order.map(({ version, op }, i) => [op === "delete" ? null : version, i + 1]))
  const earliest = order.map(({ invoked }) => invoked)
  const latest = order.map(({ returned }) => returned ?? Infinity)
  const hold = (state: number, { from, to }: Sight) => {
    if (state < order.length) earliest[state] = Math.max(earliest[state] ?? 0, from)
    if (state > 0) latest[state - 1] = Math.min(latest[state - 1] ?? 0, to)
  }
  for (const sight of sights) if (sight.seen !== null) hold(stateOf.get(sight.seen) ?? 0, sight)

  const empty = [0, ...order.flatMap(({ op }, i) => (op === "delete" ? [i + 1] : []))]
  const [begins, ends] = [forward(order, earliest), backward(order, latest)]
  const lasted = (state: number, { from, to }: Sight) =>
    (state === 0 ? -Infinity : (begins[state - 1] ?? 0)) <= to &&
    (state === order.length ? Infinity : (ends[state] ?? 0)) >= from
  const wrong: string[] = []
  let unclear = 0
  for (const sight of sights) {
    if (sight.seen !== null) continue
    const [state, another] = empty.filter((each) => lasted(each, sight))
    if (state === undefined) wrong.push(`nothing was seen from ${sight.from} to ${sight.to}, when there was something`)
    else if (another === undefined) hold(state, sight)
    else unclear++
  }
  forward(order, earliest).forEach((moment, i) => {
    const change = order[i]
    if (change && moment > (latest[i] ?? 0))
      wrong.push(
        `${named(change)} can have no moment: ${moment - (latest[i] ?? 0)} ns too late for what others saw before or after it`,
      )
  })
  return { wrong, unclear }
}

function forward(order: readonly Change[], earliest: readonly Nanos[]): Nanos[] {
  let moment = -Infinity
  return order.map((_, i) => {
    moment = Math.max(moment, earliest[i] ?? 0)
    return moment
  })
}

function backward(order: readonly Change[], latest: readonly Nanos[]): Nanos[] {
  let moment = Infinity
  return order
    .map((_, i) => {
      moment = Math.min(moment, latest[order.length - 1 - i] ?? 0)
      return moment
    })
    .reverse()
}

const named = ({ client, op, key, invoked }: Operation): string => `${op} of ${key} by ${client} at ${invoked}`
