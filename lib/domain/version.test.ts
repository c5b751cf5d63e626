import { describe, expect, test } from "vitest"
import { version } from "./version"

describe("T3 a version that would make a write unconditional is none", () => {
  test.each(["", " ", "\t\n", "*", " * ", null, undefined])("%j is refused", (etag) => {
    expect(() => version(etag)).toThrow(RangeError)
  })

  test.each(['"3181161784712000"', 'W/"ZmFrZQ=="', 'W/""', '""', '"*"', '"a*"', "unquoted"])(
    "T1 %s is kept verbatim",
    (etag) => {
      expect(version(etag)).toBe(etag)
    },
  )
})
