import { randomUUID } from "node:crypto"
import type { Json } from "../../../lib/domain/record"
import type { ApiAnswer, Door, ToolAnswer } from "./token-door"
import type { Ledger } from "./token-ledger"
import { textOf } from "./token-texts"

/*
 * Ways for a model to know what its fleet shares. Where a program around it fetches and pastes, nothing but the texts themselves is charged: no call, no version, no word of a 304. In ours the
 * model calls the tools itself, and all that is asked and answered is charged, with what the tools say of themselves.
 */

interface Seen {
  readonly value: Json
  readonly version: string
}

/** One agent in one column. Artifacts are known by their keys. */
export interface Agent {
  /** At a step's start: whatever it works with is before it as it stands, and the step is about one of them. */
  look(about: string): Promise<void>
  /** @returns what was before the agent when its write landed, and what it wrote */
  write(about: string, change: (value: Json) => Json): Promise<Landed>
}
export interface Landed {
  readonly seen: ReadonlyMap<string, Json>
  readonly written: Json
}

export interface Place {
  readonly door: Door
  readonly ledger: Ledger
  /** What every agent works with. */
  readonly keys: readonly string[]
}

/** Nobody else is at work while a write is settled: refused once, it is seen to why, and then it lands. */
const TRIES = 2

const shown = ({ status, text, etag }: ApiAnswer): Seen => {
  if (status !== 200) throw new Error(`read: ${status} ${text}`)
  return { value: JSON.parse(text).value, version: etag ?? "" }
}

const valuesOf = (mind: ReadonlyMap<string, Seen>) => new Map([...mind].map(([key, { value }]) => [key, value]))
function inMind(mind: ReadonlyMap<string, Seen>, key: string): Seen {
  const seen = mind.get(key)
  if (!seen) throw new Error(`${key} was never read`)
  return seen
}

/** @param read tells what else is dead; nobody else is at work meanwhile, so this ends */
async function readAll(dead: readonly string[], read: (key: string) => Promise<readonly string[]>): Promise<void> {
  let left = dead
  while (left[0] !== undefined) left = await read(left[0])
}

/** Every text in every step. A write shows the version that stands at that moment, whatever was read: the last one wins. */
function resends({ door, ledger, keys }: Place): Agent {
  const mind = new Map<string, Seen>()
  return {
    async look() {
      const kind = mind.size === 0 ? "first" : "again"
      for (const key of keys) {
        const now = shown(await door.api("GET", key, {}))
        ledger.charge(kind, textOf(now.value))
        mind.set(key, now)
      }
    },
    async write(about, change) {
      const seen = valuesOf(mind)
      const value = change(inMind(mind, about).value)
      const { version } = shown(await door.api("GET", about, {}))
      const answer = await door.api("PUT", about, { "if-match": version }, value)
      if (answer.status !== 200) throw new Error(`a blind write: ${answer.status} ${answer.text}`)
      ledger.charge("written", textOf(value))
      mind.set(about, { value, version: answer.etag ?? "" })
      return { seen, written: value }
    },
  }
}

/**
 * A program that keeps what it has pasted and pastes what changed; a write shows the version that was read. Without a run it asks for every text in every step, with its ETag. Under one it asks for
 * what the step is about, and then for what the answer's header says is dead.
 */
function client({ door, ledger, keys }: Place, runId: string | null): Agent {
  const mind = new Map<string, Seen>()
  const under: Readonly<Record<string, string>> = runId === null ? {} : { "ifmatch-run": runId }
  /** @returns what else is dead */
  async function ask(key: string): Promise<readonly string[]> {
    const before = mind.get(key)
    const answer = await door.api("GET", key, { ...under, ...(before && { "if-none-match": before.version }) })
    if (answer.status === 304) return answer.dead
    const now = shown(answer)
    ledger.charge(before ? "again" : "first", textOf(now.value))
    mind.set(key, now)
    return answer.dead
  }
  return {
    async look(about) {
      if (runId !== null && mind.size > 0) return readAll(await ask(about), ask)
      for (const key of keys) await ask(key)
    },
    async write(about, change) {
      for (let tries = 0; tries < TRIES; tries++) {
        const on = inMind(mind, about)
        const seen = valuesOf(mind)
        const value = change(on.value)
        const answer = await door.api("PUT", about, { ...under, "if-match": on.version }, value)
        if (answer.status === 200) {
          ledger.charge("written", textOf(value))
          mind.set(about, { value, version: answer.etag ?? "" })
          return { seen, written: value }
        }
        if (answer.status !== 412) throw new Error(`a conditional write: ${answer.status} ${answer.text}`)
        ledger.charge("refused", textOf(value), answer.text)
        await readAll(runId === null ? [about] : answer.dead, ask)
      }
      throw new Error(`${about}: refused again, with nobody else at work`)
    },
  }
}

/**
 * The tools, under a run: one question in a step, about what the step is about; the answer names whatever else is dead, and that is read again. So it is after a refusal.
 */
function tools({ door, ledger, keys }: Place): Agent {
  const mind = new Map<string, Seen>()
  const run_id = randomUUID()
  const asking = (name: string, args: Readonly<Record<string, unknown>>): string =>
    JSON.stringify({ name, arguments: { ...args, run_id } })
  const deadOf = ({ is }: ToolAnswer): readonly string[] => (is.dead_views as string[] | undefined) ?? []

  /** The call and the answer; the words about dead views apart. */
  function charge(kind: Parameters<Ledger["charge"]>[0], asked: string, { text, is }: ToolAnswer): void {
    const { dead_views, ...rest } = is
    const without = dead_views === undefined ? text : JSON.stringify(rest)
    ledger.charge(kind, asked, without)
    ledger.chargeMore("hints", text, without)
  }

  /** @returns what else is dead */
  async function read(key: string, known?: string): Promise<readonly string[]> {
    const before = mind.get(key)
    const asked = asking("read_record", { key, ...(known !== undefined && { known_version: known }) })
    const answer = await door.tool(asked)
    if (answer.is.kind === "unchanged") charge("unchanged", asked, answer)
    else {
      if (answer.is.kind !== "record") throw new Error(`read: ${answer.text}`)
      charge(before ? "again" : "first", asked, answer)
      mind.set(key, { value: answer.is.value as Json, version: String(answer.is.version) })
    }
    return deadOf(answer)
  }

  return {
    async look(about) {
      if (mind.size > 0) return readAll(await read(about, inMind(mind, about).version), read)
      ledger.charge("tools", await door.tools())
      for (const key of keys) await read(key)
    },
    async write(about, change) {
      for (let tries = 0; tries < TRIES; tries++) {
        const on = inMind(mind, about)
        const seen = valuesOf(mind)
        const value = change(on.value)
        const asked = asking("write_record", { key: about, value, version: on.version })
        const answer = await door.tool(asked)
        if (answer.is.kind === "applied") {
          charge("written", asked, answer)
          mind.set(about, { value, version: String(answer.is.version) })
          return { seen, written: value }
        }
        if (answer.is.kind !== "conflict") throw new Error(`write: ${answer.text}`)
        charge("refused", asked, answer)
        await readAll(deadOf(answer), read)
      }
      throw new Error(`${about}: refused again, with nobody else at work`)
    },
  }
}

/** `ours` is what the goals are about; beside it the same run with a client between, as the one that polls has. */
export const COLUMNS = {
  "resends everything": resends,
  "polls with ETags": (place: Place) => client(place, null),
  ours: tools,
  "ours, by a client": (place: Place) => client(place, randomUUID()),
} as const
export type ColumnName = keyof typeof COLUMNS
export const COLUMN_NAMES = Object.keys(COLUMNS) as readonly ColumnName[]
