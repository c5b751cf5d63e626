import path from "node:path"
import { claimDataFolder } from "../data-folder.mjs"
import { appEnvironment, sandboxAddress } from "../environment.mjs"
import { exitWith, runInForeground, TYPESCRIPT } from "../foreground.mjs"
import { tryLock } from "../lock.mjs"
import { dataFolder } from "../paths.mjs"
import { portFrom } from "../ports.mjs"
import { Refusal, say } from "../progress.mjs"
import { beginRotation, endRotation } from "../secrets.mjs"
import { generate, install } from "../steps.mjs"

const PROGRAM = path.join("lib", "server", "cli", "rotate-keys.ts")

/**
 * A new key-encryption key for what lies in this data folder, and everything sealed anew under it. Killed anywhere, the next call goes on where it
 * was: both keys stay readable until nothing needs the old one. Where the environment gives the keys (IFMATCH_KEK), it only seals anew.
 */
exitWith(async () => {
  claimDataFolder(dataFolder)
  const lock = tryLock(path.join(dataFolder, "launcher.lock"), "a rotation of keys")
  if (lock.kind === "taken")
    throw new Refusal(
      `Ifmatch is running (${lock.holder.note}, process ${lock.holder.pid}) and knows only the old key; stop it first, then rotate.`,
    )
  try {
    await install()
    await generate()
    const ours = !process.env.IFMATCH_KEK
    if (ours) beginRotation(dataFolder)
    const { openInstallation } = await import("../installation.mjs")
    const installation = await openInstallation(dataFolder)
    try {
      const at = {
        port: portFrom("PORT", 3000),
        sandboxUrl: sandboxAddress(process.env, portFrom("SANDBOX_PORT", 4710)),
      }
      const env = appEnvironment(installation, at, process.env)
      const code = await runInForeground(process.execPath, [...TYPESCRIPT, PROGRAM], env)
      if (code === 0 && ours) endRotation(dataFolder)
      say(
        code === 0
          ? "Everything is sealed under the new key; the old one is forgotten."
          : "The old key is kept: not everything could be sealed anew. Run this again.",
      )
      return code
    } finally {
      await installation.database.close()
    }
  } finally {
    lock.release()
  }
})
