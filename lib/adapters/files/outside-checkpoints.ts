import "server-only"
import { appendFile, mkdir, readFile } from "node:fs/promises"
import path from "node:path"
import type { OutsideCheckpoints } from "../../ports/checkpoints"

/** Notes end with a newline of their own; this line ends each record. */
const END = "%%\n"

/** One append-only file a workspace in the data folder. @param folder made when missing */
export function fileCheckpoints(folder: string): OutsideCheckpoints {
  const fileOf = (workspaceId: string) => path.join(folder, `${encodeURIComponent(workspaceId)}.checkpoints`)
  return {
    async keep(workspaceId, note) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await appendFile(fileOf(workspaceId), `${note}${END}`, { mode: 0o600 })
    },
    async all(workspaceId) {
      const text = await readFile(fileOf(workspaceId), "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return ""
        throw error
      })
      return text.split(END).filter((note) => note !== "")
    },
  }
}
