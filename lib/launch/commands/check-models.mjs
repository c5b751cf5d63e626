import { exitWith, runInForeground, TYPESCRIPT } from "../foreground.mjs"
import { install } from "../steps.mjs"

exitWith(async (args) => {
  await install()
  return runInForeground(process.execPath, [...TYPESCRIPT, "lib/testing/models/run-check.ts", ...args], process.env)
})
