import "server-only"
import { randomBytes } from "node:crypto"
import { SealBroken, type Vault } from "../../ports/vault"
import { decrypt, encrypt, IV_BYTES, type Sealed, TAG_BYTES } from "./aead"

export interface KeyRing {
  /** Seals from now on. 32 bytes, base64. */
  readonly current: { readonly id: string; readonly key: string }
  /** Still read: id to base64. */
  readonly retired: Readonly<Record<string, string>>
}

/**
 * `v1.<key id>.<wrapped data key>.<iv>.<tag>.<text>`, the last four base64url. The wrapped data key is iv, tag and text in one. Key id and
 * context are additional data of both layers, so that neither a part nor the whole can be moved elsewhere.
 */
export function vault({ current, retired }: KeyRing): Vault {
  const keys = new Map(
    Object.entries({ ...retired, [current.id]: current.key }).map(([id, key]) => [id, Buffer.from(key, "base64")]),
  )

  function keyOf(id: string): Buffer {
    const key = keys.get(id)
    if (!key) throw new SealBroken(`the key-encryption key ${JSON.stringify(id.slice(0, 32))} is not here`)
    return key
  }

  return {
    isCurrent: (sealed) => sealed.startsWith(`v1.${current.id}.`),

    seal(plain, context) {
      const dataKey = randomBytes(32)
      const bound = `${current.id}|${context}`
      const wrapped = joined(encrypt(keyOf(current.id), dataKey, bound))
      const { iv, tag, text } = encrypt(dataKey, Buffer.from(plain), bound)
      return ["v1", current.id, ...[wrapped, iv, tag, text].map((part) => part.toString("base64url"))].join(".")
    },

    open(sealed, context) {
      const [version, id = "", ...parts] = sealed.split(".")
      const [wrapped, iv, tag, text] = parts.map((part) => Buffer.from(part, "base64url"))
      if (version !== "v1" || parts.length !== 4 || !wrapped || !iv || !tag || !text)
        throw new SealBroken("not a sealed text")
      const key = keyOf(id)
      const bound = `${id}|${context}`
      try {
        return decrypt(decrypt(key, split(wrapped), bound), { iv, tag, text }, bound).toString("utf8")
      } catch {
        throw new SealBroken("the sealed text was altered or belongs elsewhere")
      }
    },
  }
}

const joined = ({ iv, tag, text }: Sealed): Buffer => Buffer.concat([iv, tag, text])

const split = (bytes: Buffer): Sealed => ({
  iv: bytes.subarray(0, IV_BYTES),
  tag: bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES),
  text: bytes.subarray(IV_BYTES + TAG_BYTES),
})
