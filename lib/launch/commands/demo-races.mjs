import { exitWith, runInForeground, TYPESCRIPT } from "../foreground.mjs"
import { generate, install } from "../steps.mjs"

exitWith(async (args) => {
  await install()
  await generate()
  return runInForeground(process.execPath, [...TYPESCRIPT, "lib/testing/fleet/run-demo.ts", ...args], process.env)
})
