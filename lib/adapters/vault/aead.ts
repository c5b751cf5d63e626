import "server-only"
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"

/** AES-256-GCM (NIST SP 800-38D): a 96-bit random iv, a 128-bit tag. */
export interface Sealed {
  readonly iv: Buffer
  readonly tag: Buffer
  readonly text: Buffer
}

export const IV_BYTES = 12
export const TAG_BYTES = 16

export function encrypt(key: Buffer, plain: Buffer, context: string): Sealed {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(context))
  const text = Buffer.concat([cipher.update(plain), cipher.final()])
  return { iv, tag: cipher.getAuthTag(), text }
}

/** @throws when key, context, iv, tag or text is not the one it was sealed with. */
export function decrypt(key: Buffer, { iv, tag, text }: Sealed, context: string): Buffer {
  // without a fixed length, node would take a tag cut down to 4 bytes, which can be guessed
  const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(context)).setAuthTag(tag)
  return Buffer.concat([decipher.update(text), decipher.final()])
}
