import { type ChildProcess, fork } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs"
import path from "node:path"
import { build } from "esbuild"

/** Within the checkout, so that packages are found from there. */
const BUNDLES = path.join(import.meta.dirname, "../../node_modules/.cache/programs")
const bundles = new Map<string, Promise<string>>()

/**
 * A TypeScript program of this checkout in a process of its own, to be killed. Bundled once: started from its sources each start takes twice the processor time, and some tests start a hundred.
 * @param source its absolute path
 */
export async function forkProgram(source: string): Promise<ChildProcess> {
  const bundle = bundles.get(source) ?? bundled(source)
  bundles.set(source, bundle)
  return fork(await bundle, [], {
    execArgv: ["--conditions=react-server"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  })
}

/** Under the name of its content: several test runners at once write the same. */
async function bundled(source: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    packages: "external",
    conditions: ["react-server"],
    logLevel: "error",
  })
  const text = outputFiles[0]?.text ?? ""
  const file = path.join(BUNDLES, `${createHash("sha256").update(text).digest("hex").slice(0, 16)}.mjs`)
  if (existsSync(file)) return file
  mkdirSync(BUNDLES, { recursive: true })
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, text)
  renameSync(draft, file)
  return file
}
