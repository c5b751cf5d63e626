import "server-only"
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"

/** AES-256-GCM under a person's own text key: `iv.tag.text`, base64url. No wrapped key in each row: erasing the one key erases all. */
export function sealText(key: Buffer, text: string): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv("aes-256-gcm", key, iv)
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()])
  return [iv, cipher.getAuthTag(), body].map((part) => part.toString("base64url")).join(".")
}

/** @throws when the text was altered or sealed under another key. */
export function openText(key: Buffer, sealed: string): string {
  const [iv, tag, body] = sealed.split(".").map((part) => Buffer.from(part, "base64url"))
  if (!iv || !tag || !body) throw new Error("not a sealed text")
  const decipher = createDecipheriv("aes-256-gcm", key, iv)
  decipher.setAuthTag(tag)
  return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8")
}
