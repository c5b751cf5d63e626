import { accessSync, chmodSync, constants, mkdirSync, statSync } from "node:fs"
import { Refusal } from "./progress.mjs"
import { whoAmI } from "./who-am-i.mjs"

/** @param {string} folder */
export function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** @param {string} folder */
function create(folder) {
  try {
    // Root's database runs as nobody, who has to get through.
    mkdirSync(folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  } catch (error) {
    throw new Refusal(
      `Cannot make the data folder ${folder} (${/** @type {NodeJS.ErrnoException} */ (error).code}); set IFMATCH_DATA to a folder of yours.`,
    )
  }
}

/**
 * Makes sure that a data folder exists and belongs to whoever runs this.
 * @param {string} folder
 * @throws {Refusal} when it is another user's, also for root: files of two users in it would lock one of them out later
 */
export function claimDataFolder(folder) {
  if (!statSync(folder, { throwIfNoEntry: false })) create(folder)
  const { uid, mode } = statSync(folder)
  const me = process.getuid?.()
  if (me !== undefined && uid !== me)
    throw new Refusal(
      `The data folder ${folder} belongs to user ${uid}, and this is ${whoAmI()}; start as that user, or set IFMATCH_DATA to a folder of yours.`,
    )
  if (!isWritable(folder))
    throw new Refusal(`The data folder ${folder} cannot be written to; set IFMATCH_DATA to another folder.`)
  if (mode & 0o066) chmodSync(folder, mode & 0o711)
}
