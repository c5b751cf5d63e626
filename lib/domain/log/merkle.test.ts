import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { append, EMPTY_FRONTIER, EMPTY_ROOT, type Frontier, leafHash, rootOf } from "./merkle"

const sha = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest()

/** RFC 6962 section 2.1, word for word: split at the largest power of two below n. */
function naiveRoot(leaves: readonly string[]): Buffer {
  if (leaves.length === 0) return sha()
  if (leaves.length === 1) return sha(Buffer.of(0), Buffer.from(leaves[0] ?? ""))
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return sha(Buffer.of(1), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)))
}

const frontierOf = (leaves: readonly string[]) =>
  leaves.reduce<Frontier>((f, text) => append(f, leafHash(text)), EMPTY_FRONTIER)

describe("the tree of RFC 6962", () => {
  test("the empty tree is the hash of nothing", () => {
    expect(rootOf(EMPTY_FRONTIER)).toBe(EMPTY_ROOT)
    expect(EMPTY_ROOT).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  })

  test("appending one by one gives the root that the recursive definition gives, for every size up to 130", () => {
    const leaves: string[] = []
    let frontier = EMPTY_FRONTIER
    for (let n = 0; n < 130; n++) {
      expect(rootOf(frontier)).toBe(naiveRoot(leaves).toString("hex"))
      leaves.push(`row ${n}`)
      frontier = append(frontier, leafHash(`row ${n}`))
    }
  })

  test("any change of any leaf, and any cut, changes the root", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 40 }), fc.nat(), (leaves, at) => {
        const i = at % leaves.length
        const root = rootOf(frontierOf(leaves))
        expect(rootOf(frontierOf(leaves.with(i, `${leaves[i]}!`)))).not.toBe(root)
        expect(rootOf(frontierOf(leaves.slice(0, -1)))).not.toBe(root)
      }),
    )
  })
})
