import "server-only"
import { constants } from "node:fs"
import { lstat, open, readdir } from "node:fs/promises"
import path from "node:path"
import type { RecordKey } from "../../domain/record"
import { unless } from "./disk"
import { UnfitForFiles } from "./unfit-for-files"

export type Place = { readonly kind: "there" | "absent"; readonly file: string } | { readonly kind: "other-spelling" }

/** What a person may have indented by hand; the value itself is held to `MAX_RECORD_BYTES`. */
const MAX_FILE_BYTES = 8 * 1024 * 1024

/** @param root given by whoever opens the store, and not looked at itself. @throws {UnfitForFiles} a link, two spellings, or no file at the end */
export async function placeOf(root: string, key: RecordKey): Promise<Place> {
  const segments = key.split("/")
  let at = root
  for (const [n, segment] of segments.entries()) {
    const spelled = await spellings(at, segment)
    if (spelled.length === 0) return { kind: "absent", file: path.join(root, ...segments) }
    if (!spelled.includes(segment)) return { kind: "other-spelling" }
    if (spelled.length > 1) throw new UnfitForFiles(key, "spellings")
    at = path.join(at, segment)
    await mustBe(n === segments.length - 1 ? "file" : "folder", at, key)
  }
  return { kind: "there", file: at }
}

async function spellings(folder: string, segment: string): Promise<string[]> {
  const names = await readdir(folder).catch(unless<string[]>([], "ENOENT"))
  return names.filter((name) => name.toLowerCase() === segment.toLowerCase())
}

async function mustBe(kind: "file" | "folder", at: string, key: RecordKey): Promise<void> {
  const found = await lstat(at)
  if (found.isSymbolicLink()) throw new UnfitForFiles(key, "symlink")
  if (kind === "file" ? !found.isFile() : !found.isDirectory()) throw new UnfitForFiles(key, "not-a-file")
}

/** @throws {UnfitForFiles} keys that no one folder can hold: in two spellings, one below another, or one twice */
export function mustStandTogether(keys: readonly RecordKey[]): void {
  const seen = new Map<string, { readonly at: string; readonly folder: boolean }>()
  for (const key of keys) {
    const segments = key.split("/")
    for (const n of segments.keys()) {
      const [at, folder] = [segments.slice(0, n + 1).join("/"), n + 1 < segments.length]
      const before = seen.get(at.toLowerCase())
      if (before && before.at !== at) throw new UnfitForFiles(key, "spellings")
      if (before && !(before.folder && folder)) throw new UnfitForFiles(key, "not-a-file")
      seen.set(at.toLowerCase(), { at, folder })
    }
  }
}

export interface FileRead {
  readonly bytes: Buffer
  /** ISO instant of the last write, as the file system says. */
  readonly at: string
}

/** Null: it went away meanwhile. */
export async function readPlace(file: string, key: RecordKey): Promise<FileRead | null> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const handle = await open(file, flags).catch(unless(null, "ENOENT"))
  if (!handle) return null
  try {
    const { size, mtime } = await handle.stat()
    if (size > MAX_FILE_BYTES) throw new UnfitForFiles(key, "too-large")
    return { bytes: await handle.readFile(), at: mtime.toISOString() }
  } finally {
    await handle.close()
  }
}

/** Every path below that could be a key: hidden names, links and what is neither file nor folder are left out. In no order. */
export async function pathsBelow(root: string, folder = ""): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch(unless([], "ENOENT"))
  const found: string[] = []
  for (const entry of entries.filter(({ name }) => !name.startsWith("."))) {
    const at = path.posix.join(folder, entry.name)
    if (entry.isDirectory()) found.push(...(await pathsBelow(root, at)))
    else if (entry.isFile()) found.push(at)
  }
  return found
}
