import { existsSync } from "node:fs"
import { runToEnd } from "./children.mjs"
import { explain } from "./progress.mjs"

/**
 * Installs Debian packages where that can be done without asking: as root on Debian. Where it fails, things stay as they are; whoever needs them says so.
 * @param {readonly string[]} packages
 */
export async function installPackages(packages) {
  if (packages.length === 0 || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return
  // packages that start what they install leave it in this runlevel
  const env = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" }
  try {
    await runToEnd("apt-get", ["update", "-qq"], env)
    await runToEnd("apt-get", ["install", "-qq", "-y", "--no-install-recommends", ...packages], env)
  } catch (reason) {
    explain(reason)
  }
}
