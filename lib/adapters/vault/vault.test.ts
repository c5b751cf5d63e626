import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { SealBroken } from "../../ports/vault"
import { vault } from "./vault"

const key = (byte: number) => Buffer.alloc(32, byte).toString("base64")
const ours = vault({ current: { id: "k1", key: key(1) }, retired: {} })
const CONTEXT = "ws|ada|con-1|access"

describe("vault", () => {
  it("opens what it sealed, in the same context", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (plain, context) => {
        expect(ours.open(ours.seal(plain, context), context)).toBe(Buffer.from(plain).toString())
      }),
    )
  })

  it("seals the same text differently each time and names its key", () => {
    const sealed = [ours.seal("token", CONTEXT), ours.seal("token", CONTEXT)]
    expect(new Set(sealed).size).toBe(2)
    expect(sealed[0]).toMatch(/^v1\.k1(\.[\w-]+){4}$/)
  })

  it.each(["ws|ada|con-1|refresh", "ws|ben|con-1|access", "other|ada|con-1|access", ""])(
    "does not open in the context %j",
    (context) => {
      expect(() => ours.open(ours.seal("token", CONTEXT), context)).toThrow(SealBroken)
    },
  )

  it("notices every flipped bit of every part", () => {
    const parts = ours.seal("ya29.token", CONTEXT).split(".")
    for (const position of [2, 3, 4, 5]) {
      const bytes = Buffer.from(parts[position] ?? "", "base64url")
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const altered = Buffer.from(bytes)
        altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(() => ours.open(parts.with(position, altered.toString("base64url")).join("."), CONTEXT)).toThrow(
          SealBroken,
        )
      }
    }
  })

  it("notices parts taken from another seal of the same context", () => {
    const [one, other] = [ours.seal("a", CONTEXT).split("."), ours.seal("b", CONTEXT).split(".")]
    for (const position of [2, 3, 4, 5])
      expect(() => ours.open(one.with(position, other[position] ?? "").join("."), CONTEXT)).toThrow(SealBroken)
  })

  it("refuses a shortened tag", () => {
    const parts = ours.seal("token", CONTEXT).split(".")
    const short = Buffer.from(parts[4] ?? "", "base64url")
      .subarray(0, 4)
      .toString("base64url")
    expect(() => ours.open(parts.with(4, short).join("."), CONTEXT)).toThrow(SealBroken)
  })

  it("reads what a retired key sealed, and seals with the current one", () => {
    const sealed = ours.seal("token", CONTEXT)
    const rotated = vault({ current: { id: "k2", key: key(2) }, retired: { k1: key(1) } })
    expect(rotated.open(sealed, CONTEXT)).toBe("token")
    expect(rotated.seal("token", CONTEXT)).toMatch(/^v1\.k2\./)
  })

  it.each(["", "v1", "v2.k1.a.b.c.d", "v1.k1.a.b.c", "v1.k1.a.b.c.d.e", "v1.k9.a.b.c.d", "v1.k1...."])(
    "refuses %j",
    (sealed) => {
      expect(() => ours.open(sealed, CONTEXT)).toThrow(SealBroken)
    },
  )

  it("does not open with another key of the same id", () => {
    const other = vault({ current: { id: "k1", key: key(3) }, retired: {} })
    expect(() => other.open(ours.seal("token", CONTEXT), CONTEXT)).toThrow(SealBroken)
  })
})
