import { checkModels } from "./check"

process.exitCode = checkModels(console.log)
