import { expect, test } from "vitest"
import { keyPrefix, keyText, parseKey } from "./agent-key"

const key = { workspaceId: "a.b/ü", id: "0f3c", secret: "A".repeat(43) }

test("D19 a key is read as it was written, and its prefix says whose it is", () => {
  expect(parseKey(keyText(key))).toEqual(key)
  expect(keyText({ ...key, workspaceId: "sandbox" })).toBe(`ifm.sandbox.0f3c.${"A".repeat(43)}`)
  expect(keyPrefix({ ...key, workspaceId: "sandbox" })).toBe("ifm.sandbox.0f3c.")
})

test.each([
  "",
  "ifm",
  "ifm.w.0f3c",
  "ifm.w.0f3c.short",
  `ifm..0f3c.${key.secret}`,
  `ifm.w.0f 3c.${key.secret}`,
  `ifm.w.0f3c.${key.secret}.x`,
  `ifm.%E0%A4%A.0f3c.${key.secret}`,
  `ifx.w.0f3c.${key.secret}`,
])("not a key: %s", (text) => expect(parseKey(text)).toBeNull())
