import { generateKeyPairSync, randomBytes } from "node:crypto"
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import path from "node:path"
import { Refusal } from "./progress.mjs"

const hex = () => randomBytes(24).toString("hex")
const signingKey = () =>
  generateKeyPairSync("ed25519", {
    privateKeyEncoding: { format: "der", type: "pkcs8" },
    publicKeyEncoding: { format: "der", type: "spki" },
  }).privateKey.toString("base64")

const MAKERS = {
  ownerPassword: hex,
  appPassword: hex,
  sandboxPassword: hex,
  sessionSecret: hex,
  /** 32 bytes, base64: encrypts what providers entrust to us. */
  keyEncryptionKey: () => randomBytes(32).toString("base64"),
  keyEncryptionKeyId: () => `local-${randomBytes(4).toString("hex")}`,
  /** Ed25519, PKCS #8, base64: signs the log's checkpoints. */
  logKey: signingKey,
  sandboxControlToken: hex,
}

/** @typedef {Record<keyof typeof MAKERS, string> & { retiredKeys?: string }} Secrets `retiredKeys`: as IFMATCH_KEKS_OLD, while a rotation is under way. */

/** @param {string} file @returns {Partial<Secrets>} */
function readKept(file) {
  if (!existsSync(file)) return {}
  try {
    return JSON.parse(readFileSync(file, "utf8"))
  } catch {
    throw new Refusal(
      `${file} is damaged; put a copy of it back, or remove it to get new secrets (people will have to reconnect).`,
    )
  }
}

/** Completes a set of secrets; those that are there stay. @param {Partial<Secrets>} kept */
export const completed = (kept) =>
  /** @type {Secrets} */ ({
    ...Object.fromEntries(
      Object.entries(MAKERS).map(([name, make]) => [name, kept[/** @type {keyof Secrets} */ (name)] ?? make()]),
    ),
    ...(kept.retiredKeys && { retiredKeys: kept.retiredKeys }),
  })

/**
 * The secrets of an installation, made at the first call, in one file that only its user can read.
 * @param {string} folder
 * @returns {Secrets}
 */
export function readSecrets(folder) {
  const file = fileOf(folder)
  const kept = readKept(file)
  const secrets = completed(kept)
  if (Object.keys(kept).length < Object.keys(secrets).length) keepSecrets(folder, secrets)
  chmodSync(file, 0o600)
  return secrets
}

const fileOf = (/** @type {string} */ folder) => path.join(folder, "secrets.json")

/** Replaces the whole file at once: a kill leaves the old one or the new one. @param {string} folder @param {Secrets} secrets */
function keepSecrets(folder, secrets) {
  const file = fileOf(folder)
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, file)
}

/**
 * Begins a rotation of the key-encryption key: a new one seals from now on, the old one is still read. One that was cut off is gone on with.
 * @param {string} folder
 */
export function beginRotation(folder) {
  const secrets = readSecrets(folder)
  if (secrets.retiredKeys) return secrets
  const { keyEncryptionKeyId, keyEncryptionKey } = MAKERS
  const next = {
    ...secrets,
    keyEncryptionKey: keyEncryptionKey(),
    keyEncryptionKeyId: keyEncryptionKeyId(),
    retiredKeys: `${secrets.keyEncryptionKeyId}:${secrets.keyEncryptionKey}`,
  }
  keepSecrets(folder, next)
  return next
}

/** Nothing needs the old key any more. @param {string} folder */
export function endRotation(folder) {
  const { retiredKeys: _, ...secrets } = readSecrets(folder)
  keepSecrets(folder, secrets)
}
