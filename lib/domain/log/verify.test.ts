import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type LeafRow, rowLeaf } from "./leaf"
import { append, EMPTY_FRONTIER, EMPTY_ROOT, type Frontier, leafHash, rootOf } from "./merkle"
import { type ChainLink, ChainWalk, type KnownHead, type ProblemKind } from "./verify"

const row = (seq: number): LeafRow => ({
  workspaceId: "w1",
  id: String(seq),
  at: `2026-11-26T14:00:00.${String(seq).padStart(6, "0")}Z`,
  actorKind: "assistant",
  actorId: "assistant",
  kind: "outcome",
  subjectKind: "event",
  subjectId: "c1/primary/e1",
  userId: "u1",
  proposalId: null,
  intentId: null,
  outcome: "applied",
  body: {},
})
const link = (seq: number): ChainLink => ({ seq, leafHash: rowLeaf(seq, row(seq)), row: row(seq) })
const chain = (size: number): ChainLink[] => Array.from({ length: size }, (_, seq) => link(seq))
const headOf = (links: readonly ChainLink[]): KnownHead => {
  const frontier = links.reduce<Frontier>((f, one) => append(f, one.leafHash), EMPTY_FRONTIER)
  return { size: frontier.size, root: rootOf(frontier) }
}

function walked(links: readonly ChainLink[], inside: readonly KnownHead[] = [], outside: readonly KnownHead[] = []) {
  const walk = new ChainWalk(inside, outside)
  for (const one of links) walk.add(one)
  return walk.end()
}
const kinds = (end: ReturnType<typeof walked>): ProblemKind[] => end.problems.map((problem) => problem.kind)

const LINKS = chain(10)
const HEADS = [3, 7, 10].map((size) => headOf(LINKS.slice(0, size)))

describe("B8 F6 an untouched chain", () => {
  test("has no problems and ends in the head that was signed", () => {
    expect(walked(LINKS, HEADS, HEADS)).toEqual({ ...headOf(LINKS), problems: [] })
  })

  test("of no rows is the empty tree", () => {
    expect(walked([])).toEqual({ size: 0, root: EMPTY_ROOT, problems: [] })
  })
})

describe("F6 every way to tamper is found", () => {
  const edited = LINKS.with(4, { ...link(4), row: { ...row(4), outcome: "conflict" } })
  const rehashed = LINKS.with(4, {
    ...link(4),
    row: { ...row(4), outcome: "x" },
    leafHash: rowLeaf(4, { ...row(4), outcome: "x" }),
  })
  const renumbered = LINKS.filter((one) => one.seq !== 4).map((one, seq) => ({ ...one, seq }))
  const swapped = LINKS.with(4, { ...link(5), seq: 4 }).with(5, { ...link(4), seq: 5 })

  test.each<[string, readonly ChainLink[], readonly ProblemKind[]]>([
    ["a row edited", edited, ["row-changed"]],
    [
      "a row edited and its leaf with it",
      rehashed,
      ["checkpoint-root", "outside-root", "checkpoint-root", "outside-root"],
    ],
    ["a row deleted from the table", LINKS.with(4, { ...link(4), row: null }), ["row-missing"]],
    ["the tail cut off", LINKS.slice(0, 7), ["checkpoint-beyond", "outside-beyond"]],
    ["everything removed", [], [...Array(3).fill("checkpoint-beyond"), ...Array(3).fill("outside-beyond")]],
  ])("%s", (_, links, expected) => {
    expect(kinds(walked(links, HEADS, HEADS))).toEqual(expected)
  })

  test.each<[string, readonly ChainLink[], readonly ProblemKind[]]>([
    ["a link taken out", LINKS.filter((one) => one.seq !== 4), ["gap", "checkpoint-root"]],
    ["a link taken out and the rest renumbered", renumbered, ["row-changed", "checkpoint-root", "checkpoint-beyond"]],
    ["two rows swapped", swapped, ["row-changed", "checkpoint-root"]],
    ["a row put in twice", [...LINKS.slice(0, 5), link(4), ...LINKS.slice(5)], ["gap", "checkpoint-root"]],
  ])("%s", (_, links, expected) => {
    expect(kinds(walked(links, HEADS))).toEqual(expect.arrayContaining([...expected]))
  })

  test("a chain rewritten whole, its signed heads too, is found by the heads kept elsewhere, and only by them", () => {
    const inside = [headOf(rehashed)]
    expect(kinds(walked(rehashed, inside))).toEqual([])
    expect(kinds(walked(rehashed, inside, HEADS))).toContain("outside-root")
  })

  test("a problem names the row", () => {
    expect(walked(edited).problems).toEqual([{ kind: "row-changed", seq: 4 }])
    expect(walked(LINKS.slice(0, 7), HEADS).problems).toEqual([{ kind: "checkpoint-beyond", seq: 9 }])
  })

  test("any one leaf changed anywhere is found by a head at the end", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (size, at) => {
        const links = chain(size)
        const seq = at % size
        const forged = links.with(seq, { seq, row: row(seq), leafHash: leafHash("forged") })
        expect(kinds(walked(forged, [headOf(links)]))).toEqual(["row-changed", "checkpoint-root"])
      }),
    )
  })
})
