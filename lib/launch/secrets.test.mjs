import { createPrivateKey } from "node:crypto"
import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { beforeEach, expect, it } from "vitest"
import { Refusal } from "./progress.mjs"
import { beginRotation, endRotation, readSecrets } from "./secrets.mjs"

let folder = ""
let file = ""
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ifmatch-secrets-"))
  file = path.join(folder, "secrets.json")
})

it("are made once and kept, for their user's eyes only", () => {
  const made = readSecrets(folder)
  expect(readSecrets(folder)).toEqual(made)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  chmodSync(file, 0o644)
  readSecrets(folder)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

it("have the shapes that the app asks for", () => {
  const { keyEncryptionKey, logKey } = readSecrets(folder)
  expect(Buffer.from(keyEncryptionKey, "base64")).toHaveLength(32)
  expect(createPrivateKey({ key: Buffer.from(logKey, "base64"), format: "der", type: "pkcs8" }).asymmetricKeyType).toBe(
    "ed25519",
  )
})

it("are all different", () => {
  const values = Object.values(readSecrets(folder))
  expect(new Set(values).size).toBe(values.length)
})

it("are completed without changing those that are there", () => {
  const { keyEncryptionKey, ...rest } = readSecrets(folder)
  writeFileSync(file, JSON.stringify(rest))
  const completed = readSecrets(folder)
  expect(completed).toMatchObject(rest)
  expect(completed.keyEncryptionKey).not.toBe(keyEncryptionKey)
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(completed)
})

it("are not replaced when their file is damaged", () => {
  writeFileSync(file, "{")
  expect(() => readSecrets(folder)).toThrow(Refusal)
  expect(readFileSync(file, "utf8")).toBe("{")
})

it("rotate to a new key that is another one, keep the old one readable, and forget it at the end", () => {
  const before = readSecrets(folder)
  const during = beginRotation(folder)
  expect(during.keyEncryptionKey).not.toBe(before.keyEncryptionKey)
  expect(during.keyEncryptionKeyId).not.toBe(before.keyEncryptionKeyId)
  expect(during.retiredKeys).toBe(`${before.keyEncryptionKeyId}:${before.keyEncryptionKey}`)
  expect(during.logKey).toBe(before.logKey)
  endRotation(folder)
  const { retiredKeys: _, ...after } = during
  expect(readSecrets(folder)).toEqual(after)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

it("go on with a rotation that was cut off: no second key is made, the first is not lost", () => {
  const first = beginRotation(folder)
  expect(beginRotation(folder)).toEqual(first)
  expect(readSecrets(folder)).toEqual(first)
})
