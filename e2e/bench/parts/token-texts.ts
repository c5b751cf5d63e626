import { countTokens } from "gpt-tokenizer/encoding/o200k_base"
import type { Json } from "../../../lib/domain/record"
import type { Artifact } from "./token-mix"

/* What a fleet shares: a plan or a design is Markdown, a state is JSON; each a list of entries, of which a write changes one. */

/** Chance that is the same in every run: a number in [0, 1) a call (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), state | 1)
    const more = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61))
    return ((more ^ (more >>> 14)) >>> 0) / 2 ** 32
  }
}

export function oneOf<T>(list: readonly T[], chance: () => number): T {
  const one = list[Math.floor(chance() * list.length)]
  if (one === undefined) throw new Error("one of nothing")
  return one
}

const WHO = ["Ada", "Mia", "Grace", "Bea", "Val"]
const DOES = ["move", "review", "split", "measure", "document", "replace", "test", "ship"]
const WHAT = ["the sync worker", "the sign-in page", "the export", "the audit log", "the search index", "the invoices"]
const HOW = [
  "behind a flag, with the old path left in place for a week",
  "once the owner of the schema has agreed to the new column",
  "so that a second region can be added without a stop",
  "and compare the error rate of both for three days",
  "before the load test, because the figures depend on it",
]

/** One entry, unlike any other: it says which change made it (0: it was there from the beginning). */
export const entry = (change: number, chance: () => number): string =>
  `${oneOf(WHO, chance)}, week ${1 + Math.floor(chance() * 12)}: ${oneOf(DOES, chance)} ${oneOf(WHAT, chance)} ${oneOf(HOW, chance)} (change ${change})`

const heading = (name: string): string => `# ${name.replace(/\..*/, "")}\n\n`

function made({ name, form }: Artifact, entries: readonly string[]): Json {
  if (form === "text") return `${heading(name)}${entries.map((each, n) => `- [ ] **${n + 1}** ${each}\n`).join("")}`
  return { artifact: name, items: entries.map((note, n) => ({ id: n + 1, done: false, note })) }
}

/** The first of its versions: as many entries as its size takes. */
export function firstOf(artifact: Artifact, chance: () => number): Json {
  const entries: string[] = []
  while (countTokens(textOf(made(artifact, entries))) < artifact.tokens) entries.push(entry(0, chance))
  return made(artifact, entries)
}

/** What of a value goes before a model when it is pasted as it is. */
export const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value))

export function entriesOf(value: Json): readonly string[] {
  if (typeof value === "string")
    return [...value.matchAll(/^- \[ \] \*\*\d+\*\* (.*)$/gm)].map(([, each]) => each ?? "")
  return (value as unknown as { items: { note: string }[] }).items.map(({ note }) => note)
}

/** `value` with one entry changed; all else as whoever writes has it. */
export const withEntry = (artifact: Artifact, value: Json, at: number, to: string): Json =>
  made(
    artifact,
    entriesOf(value).map((each, n) => (n === at ? to : each)),
  )
