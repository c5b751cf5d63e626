import type { Operation } from "./operation"

/**
 * One life of a record, from its creation to its deletion or to the end of the history. The moments follow each other: a change, then whatever saw what it made, in any
 * order, then the next change.
 */
export interface Life {
  readonly moments: readonly (readonly Operation[])[]
  /** False: nothing in the history ended it. */
  readonly over: boolean
}

export interface Lives {
  readonly lives: readonly Life[]
  /** What saw that there was nothing. */
  readonly absences: readonly Operation[]
  /** Why no order at all can explain it, in sentences. */
  readonly wrong: readonly string[]
}

/** Who made which version, who replaced it, and who saw it. What was not answered counts where somebody saw it done. */
export function livesOf(operations: readonly Operation[]): Lives {
  const wrong: string[] = []
  const makers = makersOf(operations, wrong)
  const successors = successorsOf(operations, makers, wrong)
  const seers = new Map<string, Operation[]>()
  const absences: Operation[] = []
  for (const operation of operations) {
    const { asked, answer } = operation
    if (answer?.kind === "absent") {
      if (asked.op === "create") wrong.push(`${operation.id} was refused though it was told of nothing there`)
      absences.push(operation)
    }
    if (answer?.kind !== "stood") continue
    const { version, value } = answer
    if ("expected" in asked && asked.expected === version)
      wrong.push(`${operation.id} was refused for the version it had shown, ${version}`)
    const maker = makers.get(version)
    if (!maker)
      wrong.push(`${operation.id} saw ${version}, which nobody was told to have made${refusedFor(operations, value)}`)
    else if (value !== null && value !== writtenBy(maker))
      wrong.push(`${operation.id} saw in ${version} another value than ${maker.id} wrote`)
    const others = seers.get(version)
    if (others) others.push(operation)
    else seers.set(version, [operation])
  }

  const reached = new Set<string>()
  const lives: Life[] = []
  for (const [created, maker] of makers) {
    if (maker.asked.op !== "create") continue
    const moments: Operation[][] = []
    let at: { version: string; change: Operation } | null = { version: created, change: maker }
    let over = false
    while (at) {
      reached.add(at.version)
      moments.push([at.change], seers.get(at.version) ?? [])
      const next: Successor | undefined = successors.get(at.version)
      if (next && next.makes === null) moments.push([next.change])
      over = next?.makes === null
      at = next?.makes ? { version: next.makes, change: next.change } : null
    }
    lives.push({ moments, over })
  }
  for (const [version, maker] of makers)
    if (!reached.has(version)) wrong.push(`${maker.id} replaced what nobody was told to have made, and made ${version}`)
  return { lives, absences, wrong }
}

interface Successor {
  readonly change: Operation
  /** Null: nothing, it was a deletion. */
  readonly makes: string | null
}

const writtenBy = ({ asked }: Operation): string | null => ("value" in asked ? asked.value : null)

function refusedFor(operations: readonly Operation[], value: string | null): string {
  const refused = operations.find((each) => value !== null && writtenBy(each) === value && each.answer?.kind !== "made")
  return refused ? `: it is what ${refused.id} was refused` : ""
}

/** Of every version that something stood in. What was never answered has made what was seen of its value. */
function makersOf(operations: readonly Operation[], wrong: string[]): Map<string, Operation> {
  const makers = new Map<string, Operation>()
  const made = new Set<string>()
  const unanswered = new Map<string, Operation>()
  for (const operation of operations) {
    const { asked, answer } = operation
    if (answer === null && "value" in asked) unanswered.set(asked.value, operation)
    if (answer?.kind !== "made") continue
    if (made.has(answer.version)) wrong.push(`${answer.version} was made twice, the second time by ${operation.id}`)
    made.add(answer.version)
    if (asked.op !== "delete") makers.set(answer.version, operation)
  }
  for (const { answer } of operations) {
    if (answer?.kind !== "stood" || answer.value === null || made.has(answer.version)) continue
    const maker = unanswered.get(answer.value)
    if (!maker) continue
    unanswered.delete(answer.value)
    made.add(answer.version)
    makers.set(answer.version, maker)
  }
  return makers
}

function successorsOf(
  operations: readonly Operation[],
  makers: ReadonlyMap<string, Operation>,
  wrong: string[],
): Map<string, Successor> {
  const successors = new Map<string, Successor>()
  function replace(expected: string, successor: Successor): void {
    const other = successors.get(expected)
    if (other) wrong.push(`${expected} was replaced twice, by ${other.change.id} and by ${successor.change.id}`)
    successors.set(expected, successor)
  }
  for (const [version, change] of makers)
    if (change.asked.op === "write") replace(change.asked.expected, { change, makes: version })
  const deletions = operations.filter(
    ({ asked, answer }) => asked.op === "delete" && (answer === null || answer.kind === "made"),
  )
  // a deletion that was not answered explains what follows if nothing else does, the one that was asked first before any other
  for (const change of deletions.sort(
    (a, b) => Number(a.answer === null) - Number(b.answer === null) || a.from - b.from,
  )) {
    if (change.asked.op !== "delete") continue
    const { expected } = change.asked
    if (change.answer === null && successors.has(expected)) continue
    if (change.answer !== null && !makers.has(expected))
      wrong.push(`${change.id} deleted ${expected}, which nobody was told to have made`)
    replace(expected, { change, makes: null })
  }
  return successors
}
