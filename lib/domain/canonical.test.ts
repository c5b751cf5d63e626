import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { canonicalHash, canonicalJson } from "./canonical"

describe("RFC 8785", () => {
  test("the sample of section 3.2.2: numbers, strings, literals", () => {
    const sample = {
      // biome-ignore lint/correctness/noPrecisionLoss: the sample is about what becomes of it
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\u000aA\u0027\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    }
    expect(canonicalJson(sample)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  test("the sample of section 3.2.3: keys by their UTF-16 code units", () => {
    const keys = ["\u20ac", "\r", "\ufb33", "1", "\u{1f600}", "\u0080", "\u00f6"]
    const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])))
    expect(Object.keys(JSON.parse(text))).toEqual(["1", "\r", "\u0080", "\u00f6", "\u20ac", "\u{1f600}", "\ufb33"])
    const sorted = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\u{1f600}", "\ufb33"]
    expect(text).toBe(`{${sorted.map((key) => `${JSON.stringify(key)}:0`).join(",")}}`)
  })

  test("the order in which a value was put together does not count, and nothing is lost", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false })), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse())
        expect(canonicalJson(reversed)).toBe(canonicalJson(value))
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  test.each([undefined, () => 1, Symbol("x"), Number.NaN, Number.POSITIVE_INFINITY, { a: Number.NaN }])(
    "%s is no JSON",
    (value) => {
      expect(() => canonicalJson(value)).toThrow()
    },
  )
})

test("the hash is SHA-256 of that text, as another implementation computes it", () => {
  const value = { b: "Zoë", a: [1, { d: null, c: "\u{1f600}" }] }
  const expected = createHash("sha256").update('{"a":[1,{"c":"\u{1f600}","d":null}],"b":"Zoë"}', "utf8").digest("hex")
  expect(canonicalHash(value)).toBe(expected)
})
