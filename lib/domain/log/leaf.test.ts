import { createHash } from "node:crypto"
import { describe, expect, test } from "vitest"
import { type LeafRow, leafText, rowLeaf } from "./leaf"

const ROW: LeafRow = {
  workspaceId: "w1",
  id: "42",
  at: "2026-11-26T14:00:00.123456Z",
  actorKind: "assistant",
  actorId: "assistant",
  kind: "attempt",
  subjectKind: "event",
  subjectId: "c1/primary/e1",
  userId: "u1",
  proposalId: "p1",
  intentId: "00000000-0000-4000-8000-000000000000",
  outcome: "prepared",
  body: { ifMatch: '"1"', position: 0 },
}

describe("F6 a leaf binds the whole row and its place", () => {
  const fields = Object.keys(ROW) as (keyof LeafRow)[]
  const nullable = fields.filter((field) => ["userId", "proposalId", "intentId", "outcome"].includes(field))

  test.each(fields)("another %s is another leaf", (field) => {
    const other = field === "body" ? { ...ROW, body: { ifMatch: '"2"', position: 0 } } : { ...ROW, [field]: "other" }
    expect(rowLeaf(7, other)).not.toBe(rowLeaf(7, ROW))
  })

  test.each(nullable)("%s taken away is another leaf, and nothing is not the empty text", (field) => {
    const [none, empty] = [rowLeaf(7, { ...ROW, [field]: null }), rowLeaf(7, { ...ROW, [field]: "" })]
    expect(new Set([none, empty, rowLeaf(7, ROW)]).size).toBe(3)
  })

  test("a value moved from one field to its neighbour is another leaf", () => {
    expect(rowLeaf(7, { ...ROW, userId: ROW.proposalId, proposalId: ROW.userId })).not.toBe(rowLeaf(7, ROW))
  })

  test("the same row elsewhere in the chain is another leaf", () => {
    expect(rowLeaf(8, ROW)).not.toBe(rowLeaf(7, ROW))
  })

  test("is RFC 6962's leaf over RFC 8785's text", () => {
    const expected = createHash("sha256").update(Buffer.concat([Buffer.of(0), Buffer.from(leafText(7, ROW))]))
    expect(rowLeaf(7, ROW)).toBe(expected.digest("hex"))
    expect(leafText(7, ROW)).toMatch(
      /^\{"actorId":"assistant","actorKind":"assistant","at":"2026-11-26T14:00:00.123456Z","body":/,
    )
    expect(JSON.parse(leafText(7, ROW))).toEqual({ ...ROW, seq: 7, v: 1 })
  })
})
