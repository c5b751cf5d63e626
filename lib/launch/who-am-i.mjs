import { userInfo } from "node:os"

/** Who runs this, for a sentence; in a container it may be a number without a name. */
export function whoAmI() {
  const uid = process.getuid?.()
  try {
    return `${userInfo().username}${uid === undefined ? "" : ` (user ${uid})`}`
  } catch {
    return `user ${uid}`
  }
}
