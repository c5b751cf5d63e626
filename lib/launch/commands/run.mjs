import { appEnvironment, sandboxAddress } from "../environment.mjs"
import { exitWith, runInForeground, TYPESCRIPT } from "../foreground.mjs"
import { dataFolder } from "../paths.mjs"
import { portFrom } from "../ports.mjs"
import { Refusal } from "../progress.mjs"
import { generate, install } from "../steps.mjs"

exitWith(async ([file, ...args]) => {
  if (!file)
    throw new Refusal(
      "node lib/launch/run.mjs FILE.ts ...   runs a program in the app's environment, with the database up",
    )
  await install()
  await generate()
  const { openInstallation } = await import("../installation.mjs")
  const installation = await openInstallation(dataFolder)
  try {
    const env = appEnvironment(
      installation,
      { port: portFrom("PORT", 3000), sandboxUrl: sandboxAddress(process.env, portFrom("SANDBOX_PORT", 4710)) },
      process.env,
    )
    return await runInForeground(process.execPath, [...TYPESCRIPT, file, ...args], env)
  } finally {
    await installation.database.close()
  }
})
