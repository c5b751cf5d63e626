import "server-only"
import { constants } from "node:fs"
import { link, mkdir, open, rename, unlink } from "node:fs/promises"
import path from "node:path"

/** The effects on the disk that matter in a crash, one system call or one file each. */
export interface Disk {
  /** All of it is on the disk when this returns; a half when the process ends on the way. Never through a symbolic link. */
  writeSynced(file: string, bytes: Uint8Array): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** False: something is there already. */
  link(from: string, to: string): Promise<boolean>
  /** No matter whether it is there. */
  unlink(file: string): Promise<void>
  /** What was renamed, made or removed in it stays so. */
  syncFolder(folder: string): Promise<void>
}

const OVERWRITE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW

/** Whether a system call failed with one of these. */
export const failedWith = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && "code" in error && codes.includes(String(error.code))

/** @throws whatever is none of `codes` */
export const unless =
  <T>(otherwise: T, ...codes: readonly string[]) =>
  (error: unknown): T => {
    if (failedWith(error, ...codes)) return otherwise
    throw error
  }

export const nodeDisk: Disk = {
  async writeSynced(file, bytes) {
    const handle = await open(file, OVERWRITE, 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
  rename,
  link: (from, to) => link(from, to).then(() => true, unless(false, "EEXIST")),
  unlink: (file) => unlink(file).catch(unless(undefined, "ENOENT")),
  async syncFolder(folder) {
    const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY)
    await handle.sync().finally(() => handle.close())
  },
}

/** With every folder on the way to it, so that they are there after a power cut as well. @param folder absolute */
export async function makeFolder(disk: Disk, folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = folder; made.length >= first.length; made = path.dirname(made))
    await disk.syncFolder(path.dirname(made))
}

/** One name a file, and hidden: what a crash left is overwritten by whoever writes that file next, who holds the lock. */
const besides = (file: string) => path.join(path.dirname(file), `.${path.basename(file)}.ifmatch`)

/**
 * The old content or the new, whatever happens.
 * @param isStill asked when nothing but the rename is left to do; where it is not so, all stays as it is
 */
export async function replaceFile(
  disk: Disk,
  file: string,
  bytes: Uint8Array,
  isStill: () => Promise<boolean> = async () => true,
): Promise<void> {
  await disk.writeSynced(besides(file), bytes)
  if (!(await isStill())) return disk.unlink(besides(file))
  await disk.rename(besides(file), file)
  await disk.syncFolder(path.dirname(file))
}

/** False: something is there, and it was left alone. */
export async function createFile(disk: Disk, file: string, bytes: Uint8Array): Promise<boolean> {
  await disk.writeSynced(besides(file), bytes)
  const created = await disk.link(besides(file), file)
  await disk.unlink(besides(file))
  await disk.syncFolder(path.dirname(file))
  return created
}

export async function removeFile(disk: Disk, file: string): Promise<void> {
  await disk.unlink(file)
  await disk.syncFolder(path.dirname(file))
}
