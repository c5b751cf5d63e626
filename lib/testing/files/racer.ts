import { systemClock } from "../../adapters/clock"
import { type Disk, nodeDisk } from "../../adapters/files/disk"
import { fileRecordStore } from "../../adapters/files/record-store"
import type { Publication } from "../../ports/record-store"

/** What a process of its own is told to do with a folder, at a word. */
export interface RacerOrder {
  readonly folder: string
  /** Each as one call, all started in one turn. */
  readonly publications: readonly Publication[]
  /** The process kills itself at this effect on the disk, counted from 0; a write is cut in half first. Null: it lives. */
  readonly dieAt: number | null
}

const dead = () => {
  process.kill(process.pid, "SIGKILL")
  return new Promise<never>(() => {})
}

function mortalDisk(dieAt: number): Disk {
  let effects = 0
  const dies = () => effects++ === dieAt
  return {
    async writeSynced(file, bytes) {
      if (!dies()) return nodeDisk.writeSynced(file, bytes)
      await nodeDisk.writeSynced(file, bytes.subarray(0, bytes.length / 2))
      return dead()
    },
    rename: (from, to) => (dies() ? dead() : nodeDisk.rename(from, to)),
    link: (from, to) => (dies() ? dead() : nodeDisk.link(from, to)),
    unlink: (file) => (dies() ? dead() : nodeDisk.unlink(file)),
    syncFolder: (folder) => (dies() ? dead() : nodeDisk.syncFolder(folder)),
  }
}

process.once("message", async ({ folder, publications, dieAt }: RacerOrder) => {
  const disk = dieAt === null ? nodeDisk : mortalDisk(dieAt)
  const store = fileRecordStore({ folder, globs: ["**"] }, { clock: systemClock(), disk })
  const answers = await Promise.all(publications.map((publication) => store.publish(publication)))
  process.send?.(answers.map(({ kind }) => kind))
  process.disconnect()
})
process.send?.("ready")
