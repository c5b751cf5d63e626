import { spawn } from "node:child_process"
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { beforeEach, expect, it } from "vitest"
import { isRunning, readHolder, sign, tryLock, withLock } from "./lock.mjs"
import { identify } from "./process-identity.mjs"

let file = ""
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(tmpdir(), "ifmatch-lock-")), "a.lock")
})

it("is held by one at a time and says by whom", () => {
  const first = tryLock(file, "http://localhost:3000")
  expect(first.kind).toBe("held")
  expect(tryLock(file)).toMatchObject({ kind: "taken", holder: { pid: process.pid, note: "http://localhost:3000" } })
  if (first.kind === "held") first.release()
  expect(tryLock(file).kind).toBe("held")
})

it("is taken over from a dead process, and from one whose number another has now", () => {
  const { pid, identity } = signed()
  writeFileSync(file, JSON.stringify({ pid, identity: `${identity} earlier`, note: "" }))
  expect(tryLock(file).kind).toBe("held")
})

it("is not lost to a file that is no lock of ours", () => {
  writeFileSync(file, "half a li")
  expect(tryLock(file).kind).toBe("held")
})

it("leaves no other files behind", () => {
  writeFileSync(file, JSON.stringify({ pid: 999_999_999, identity: "none", note: "" }))
  tryLock(file)
  expect(readdirSync(path.dirname(file))).toEqual([path.basename(file)])
})

it("lets waiting programs in one after another", async () => {
  let inside = 0
  let most = 0
  const enter = () =>
    withLock(file, async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise((resolve) => setTimeout(resolve, 20))
      inside -= 1
    })
  await Promise.all([enter(), enter(), enter()])
  expect(most).toBe(1)
})

it("knows that a process has ended", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"])
  const holder = { pid: child.pid ?? 0, identity: identify(child.pid ?? 0), note: "" }
  expect(isRunning(holder)).toBe(true)
  child.kill("SIGKILL")
  await new Promise((resolve) => child.once("exit", resolve))
  expect(isRunning(holder)).toBe(false)
})

function signed() {
  sign(file)
  const holder = readHolder(file)
  if (!holder) throw new Error("not signed")
  return holder
}
