import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"

/**
 * How a random token of at least 128 bits is kept: SHA-256, lower-case hex. A stolen table opens nothing; a guessable secret would need more
 * than this.
 */
export const tokenHash = (token: string): string => bytesToHex(sha256(utf8ToBytes(token)))
