import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js"

/*
 * RFC 6962 section 2.1: leaves are SHA-256(0x00 || data), nodes SHA-256(0x01 || left || right), the empty tree is SHA-256 of nothing.
 * Hashes are lower-case hex, 64 characters.
 */

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

export const EMPTY_ROOT = bytesToHex(sha256(new Uint8Array()))

export const leafHash = (text: string): string => bytesToHex(sha256(concatBytes(LEAF, utf8ToBytes(text))))

const nodeHash = (left: string, right: string): string =>
  bytesToHex(sha256(concatBytes(NODE, hexToBytes(left), hexToBytes(right))))

/**
 * The right edge of a tree: the roots of its perfect subtrees, largest first, one for each bit of `size`. All that is needed to append and to
 * compute the root, in O(log n) space.
 */
export interface Frontier {
  readonly size: number
  readonly roots: readonly string[]
}

export const EMPTY_FRONTIER: Frontier = { size: 0, roots: [] }

/** The frontier with one more leaf: like adding one to a binary number, each carry joins two subtrees of one height. */
export function append({ size, roots }: Frontier, leaf: string): Frontier {
  const kept = [...roots]
  let carry = leaf
  for (let bits = size; bits % 2 === 1; bits = Math.floor(bits / 2)) {
    const left = kept.pop()
    if (left === undefined) throw new RangeError("a frontier has one root for each bit of its size")
    carry = nodeHash(left, carry)
  }
  return { size: size + 1, roots: [...kept, carry] }
}

/** The tree's root. */
export function rootOf({ roots }: Frontier): string {
  const [last, ...rest] = [...roots].reverse()
  return last === undefined ? EMPTY_ROOT : rest.reduce((right, left) => nodeHash(left, right), last)
}
