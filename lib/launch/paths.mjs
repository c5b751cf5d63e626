import { createHash } from "node:crypto"
import path from "node:path"

/** The checkout. */
export const root = path.resolve(import.meta.dirname, "../..")

/** Where this installation keeps its database, secrets and logs: IFMATCH_DATA, or `.data` in the checkout. */
export const dataFolder = path.resolve(process.env.IFMATCH_DATA || path.join(root, ".data"))

/** Throw-away installations of test runs, benchmarks and fault trials. */
export const throwawayFolder = path.join(root, ".data", "throwaway")

/** The program of an npm package. @param {string} file relative to node_modules */
export const packageFile = (file) => path.join(root, "node_modules", file)

/** A short stable name for a path. @param {string} absolute */
export const nameOf = (absolute) => createHash("sha256").update(absolute).digest("hex").slice(0, 12)
