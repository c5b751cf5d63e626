import { closeSync, openSync, readFileSync, writeSync } from "node:fs"
import { writesByPublication } from "../../adapters/record-writes"
import { type Json, type RecordKey, RecordNotFound } from "../../domain/record"
import type { PublishAnswer, RecordChange, RecordStore, StoredRecord } from "../../ports/record-store"
import type { Answer, Asked, Operation } from "./operation"

/** As JSON: what was asked, before it is asked, and what was answered, after. */
type Line = readonly ["asked", number, string, Asked, number] | readonly ["answered", number, Answer, number]

export interface Recorder {
  readonly store: RecordStore
  /** Operations that were begun. */
  readonly count: () => number
  close(): void
}

const text = (value: Json): string => JSON.stringify(value)

/**
 * The same store, and every read and every publication of one change written down, edits included. Written to the file before it is asked: what a killed process
 * had begun is there to be read. An exception leaves an operation without an answer.
 *
 * @param file is made, or begun anew
 * @param since an instant of the machine's monotonic clock (ns), from which times are counted: clocks of all processes of one machine are one
 */
export function recorder(store: RecordStore, file: string, since: bigint): Recorder {
  const to = openSync(file, "w")
  const now = () => Number(process.hrtime.bigint() - since)
  const write = (line: Line) => writeSync(to, `${JSON.stringify(line)}\n`)
  let count = 0

  async function noted<T>(key: string, asked: Asked, ask: () => Promise<T>, answerOf: (told: T) => Answer): Promise<T> {
    const n = count++
    write(["asked", n, key, asked, now()])
    try {
      const told = await ask()
      write(["answered", n, answerOf(told), now()])
      return told
    } catch (error) {
      if (error instanceof RecordNotFound) write(["answered", n, { kind: "absent" }, now()])
      throw error
    }
  }

  const publish: RecordStore["publish"] = (publication) => {
    const [change, ...more] = publication.changes
    if (!change || more.length > 0) throw new RangeError("a history is of one key")
    return noted(
      change.key,
      askedBy(change),
      () => store.publish(publication),
      (told) => publishedAs(change.key, told),
    )
  }
  const recorded: RecordStore = {
    ...store,
    ...writesByPublication(publish),
    publish,
    readWithVersion: (read) => noted(read.key, { op: "read" }, () => store.readWithVersion(read), stoodAs),
    readIfChanged: (read) =>
      noted(
        read.key,
        { op: "read" },
        () => store.readIfChanged(read),
        (told) =>
          told.kind === "changed" ? stoodAs(told.record) : { kind: "stood", version: read.version, value: null },
      ),
  }
  return { store: recorded, count: () => count, close: () => closeSync(to) }
}

function askedBy(change: RecordChange): Asked {
  if (change.op === "create") return { op: "create", value: text(change.value) }
  if (change.op === "delete") return { op: "delete", expected: change.expectedVersion }
  return { op: "write", value: text(change.value), expected: change.expectedVersion }
}

const stoodAs = ({ version, value }: StoredRecord): Answer => ({ kind: "stood", version, value: text(value) })

/** @throws for an answer that no race of one key gives */
function publishedAs(key: RecordKey, told: PublishAnswer): Answer {
  if (told.kind === "applied") return { kind: "made", version: told.versions.get(key) ?? "" }
  if (told.kind === "gone") return { kind: "absent" }
  if (told.kind === "busy" || told.kind === "superseded") return { kind: "busy" }
  if (told.currentVersion === null) throw new Error(`a conflict with nothing there: ${told.why}`)
  return { kind: "stood", version: told.currentVersion, value: null }
}

/** What a recorder wrote, also one that was cut off. @param by of whom, for people */
export function recordedIn(file: string, by: string): Operation[] {
  const operations: Operation[] = []
  for (const line of readFileSync(file, "utf8").split("\n").slice(0, -1)) {
    const said = JSON.parse(line) as Line
    if (said[0] === "asked") {
      const [, n, key, asked, from] = said
      operations[n] = { id: `${by}.${n}`, key, asked, answer: null, from, to: Number.POSITIVE_INFINITY }
    } else {
      const [, n, answer, to] = said
      operations[n] = { ...(operations[n] as Operation), answer, to }
    }
  }
  return operations
}
