import { chmod, mkdtemp, rename, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { fakeTime } from "../../launch/fake-time.mjs"
import { openThrowaway } from "../../launch/throwaway.mjs"
import type { JumpClock } from "./clock-jump"

export interface JumpingServer {
  readonly ownerUrl: string
  readonly jump: JumpClock
  /** How far its clock is from ours. */
  readonly aheadMs: () => number
  readonly close: () => Promise<void>
}

/** A PostgreSQL server whose clock is set while it runs, nothing else's. Begins a week ahead, so that no jump back leads behind the true time (fake-time.mjs). */
export async function openJumpingServer(): Promise<JumpingServer> {
  const folder = await mkdtemp(path.join(tmpdir(), "ifmatch-clock-"))
  // the server may be another user's
  await chmod(folder, 0o755)
  const file = path.join(folder, "shift")
  let ahead = 7 * 24 * 60
  const jump: JumpClock = async (minutes) => {
    ahead += minutes
    await writeFile(`${file}.new`, `+${ahead * 60}\n`, { mode: 0o644 })
    await rename(`${file}.new`, file)
  }
  await jump(0)
  const server = await openThrowaway({ clock: await fakeTime({ FAKETIME_TIMESTAMP_FILE: file }) })
  return {
    ownerUrl: server.ownerUrl,
    jump,
    aheadMs: () => ahead * 60_000,
    close: () => server.close().finally(() => rm(folder, { recursive: true })),
  }
}
