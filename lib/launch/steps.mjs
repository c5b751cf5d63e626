import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { runToEnd } from "./children.mjs"
import { isWritable } from "./data-folder.mjs"
import { arePackagesInstalled } from "./installed-packages.mjs"
import { withLock } from "./lock.mjs"
import { nameOf, packageFile, root } from "./paths.mjs"
import { during, Refusal } from "./progress.mjs"
import { whoAmI } from "./who-am-i.mjs"

const STEP_PATIENCE_MS = 15 * 60_000

/** What belongs to the tests or to programs of their own and leaves the app's build as it is. */
const NOT_BUILT = /\.test\.m?tsx?$|^lib\/(launch|sandbox|testing)\//

/** @param {string} from @returns {string[]} files below a path, relative to the checkout, sorted */
function filesBelow(from) {
  const stat = statSync(path.join(root, from), { throwIfNoEntry: false })
  if (!stat) return []
  if (!stat.isDirectory()) return [from]
  return readdirSync(path.join(root, from))
    .sort()
    .flatMap((name) => filesBelow(`${from}/${name}`))
}

/** @param {string[]} sources @returns {string} what a step's result follows from */
function digest(sources) {
  const hash = createHash("sha256").update(process.version).update(process.arch)
  for (const file of sources.flatMap(filesBelow).filter((file) => !NOT_BUILT.test(file)))
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(path.join(root, file)))
      .update("\0")
  return hash.digest("hex")
}

const isStamped = (/** @type {string} */ stamp, /** @type {string} */ digestWanted, /** @type {string} */ result) =>
  existsSync(path.join(root, result)) && existsSync(stamp) && readFileSync(stamp, "utf8") === digestWanted

/**
 * Does work on the checkout unless it is done, one program at a time.
 * @param {string} label
 * @param {() => boolean} isDone
 * @param {() => Promise<void>} work
 */
async function unlessDone(label, isDone, work) {
  if (isDone()) return
  if (!isWritable(root))
    throw new Refusal(`The checkout ${root} cannot be written to by ${whoAmI()}; clone it into a folder of yours.`)
  // Not in the checkout: the lock has to be there before there is any folder of ours, and while node_modules is being replaced.
  const lock = path.join(tmpdir(), `ifmatch-${nameOf(root)}-${process.getuid?.() ?? 0}.lock`)
  await withLock(lock, async () => isDone() || during(label, work), STEP_PATIENCE_MS)
}

/**
 * Work whose result follows from sources. The stamp is removed first: a killed step is done again.
 * @param {{ label: string, stamp: string, result: string, sources: string[], work: () => Promise<void> }} step
 */
async function stamped({ label, stamp, result, sources, work }) {
  const file = path.join(root, stamp)
  const wanted = digest(sources)
  const isDone = () => isStamped(file, wanted, result)
  await unlessDone(label, isDone, async () => {
    rmSync(file, { force: true })
    await work()
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, wanted)
  })
}

/** The packages of the lock file. NODE_ENV=production around us must not leave out what the tests need. */
export const install = () =>
  unlessDone("Installing packages (about a minute)", arePackagesInstalled, () =>
    runToEnd("npm", ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"]),
  )

/** The database client. Making it needs no schema engine, so none is downloaded: any program stands in for it. */
export const generate = () =>
  stamped({
    label: "Generating the database client",
    stamp: "generated/.ifmatch-stamp",
    result: "generated/prisma/client.ts",
    sources: ["prisma/schema.prisma", "prisma.config.ts", "package-lock.json"],
    work: () =>
      runToEnd(process.execPath, [packageFile("prisma/build/index.js"), "generate", "--no-hints"], {
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: "1",
        CHECKPOINT_DISABLE: "1",
      }),
  })

/** The app as `next start` serves it. */
export const build = () =>
  stamped({
    label: "Building the app",
    stamp: ".next/ifmatch-stamp",
    result: ".next/BUILD_ID",
    sources: [
      ...["app", "components", "lib", "public", "generated", "prisma/schema.prisma"],
      ...[
        "proxy.ts",
        "instrumentation.ts",
        "next.config.ts",
        "postcss.config.mjs",
        "tsconfig.json",
        "package-lock.json",
      ],
    ],
    work: () =>
      runToEnd(process.execPath, [packageFile("next/dist/bin/next"), "build"], {
        NODE_ENV: "production",
        NEXT_TELEMETRY_DISABLED: "1",
      }),
  })
