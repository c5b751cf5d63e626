import { expect, it } from "vitest"
import { isInstalled } from "./installed-packages.mjs"

const wanted = {
  packages: {
    "": { version: "0.1.0" },
    "node_modules/a": { version: "1.0.0" },
    "node_modules/only-on-windows": { version: "1.0.0", optional: true },
  },
}
const installed = (/** @type {Record<string, { version: string }>} */ packages) => ({ packages })

it.each([
  ["all there", { "node_modules/a": { version: "1.0.0" } }, true],
  ["all there, one more", { "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "1.0.0" } }, true],
  ["one missing", {}, false],
  ["another version", { "node_modules/a": { version: "1.0.1" } }, false],
  [
    "another version of an optional one",
    { "node_modules/a": { version: "1.0.0" }, "node_modules/only-on-windows": { version: "2.0.0" } },
    false,
  ],
])("%s", (_, packages, answer) => {
  expect(isInstalled(wanted, installed(packages))).toBe(answer)
})
