import "server-only"
import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto"
import type { CheckpointSigner } from "../../ports/checkpoints"

const KEY_NAME = "ifmatch-log"
/** C2SP signed-note: the algorithm byte of Ed25519. */
const ED25519 = 1
/** SPKI of an Ed25519 key is a fixed prefix and the 32 bytes. */
const RAW_KEY_BYTES = 32

/** @param key PKCS #8, base64. Key ids as in C2SP signed-note: SHA-256(name || LF || 0x01 || public key), first 4 bytes. */
export function checkpointSigner(key: string): CheckpointSigner {
  const secret = createPrivateKey({ key: Buffer.from(key, "base64"), format: "der", type: "pkcs8" })
  const known = createPublicKey(secret)
  const raw = known.export({ format: "der", type: "spki" }).subarray(-RAW_KEY_BYTES)
  const keyId = createHash("sha256")
    .update(`${KEY_NAME}\n`)
    .update(Buffer.of(ED25519))
    .update(raw)
    .digest()
    .subarray(0, 4)
  return {
    keyName: KEY_NAME,
    sign: (text) => ({ keyId, signature: sign(null, Buffer.from(text), secret) }),
    verify: (text, id, signature) => keyId.equals(Buffer.from(id)) && verify(null, Buffer.from(text), known, signature),
  }
}
