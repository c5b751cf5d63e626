import { expect, it } from "vitest"
import { isSupported } from "./node-floor.mjs"

it.each([
  ["20.19.0", true],
  ["20.20.2", true],
  ["22.12.0", true],
  ["23.0.0", true],
  ["24.1.0", true],
  ["20.18.3", false],
  ["22.11.0", false],
  ["21.7.3", false],
  ["18.20.8", false],
  ["8.17.0", false],
])("Node %s: supported is %s", (version, supported) => {
  expect(isSupported(version)).toBe(supported)
})
