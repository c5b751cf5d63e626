import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"
import canonicalize from "canonicalize"

/**
 * RFC 8785 (JSON Canonicalization Scheme).
 * @throws {TypeError} for what JSON cannot say (undefined at the top, functions).
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError("not a JSON value")
  return text
}

/** SHA-256 of the canonical JSON, lower-case hex, 64 characters. The hash behind plan hashes and care digests. */
export const canonicalHash = (value: unknown): string => bytesToHex(sha256(utf8ToBytes(canonicalJson(value))))
