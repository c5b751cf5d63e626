import { exitWith, runInForeground, TYPESCRIPT } from "../foreground.mjs"
import { install } from "../steps.mjs"

exitWith(async (args) => {
  // The output is the answers' alone: what a first installation has to say goes beside it.
  console.log = console.error
  await install()
  return runInForeground(process.execPath, [...TYPESCRIPT, "lib/server/cli/plan.ts", ...args], process.env)
})
