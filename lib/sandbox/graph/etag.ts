import { createHash } from "node:crypto"

/**
 * Graph's `changeKey`: base64 of some bytes that name the mailbox's copy and its version, so that two people's copies of one meeting
 * never have the same.
 */
export function changeKey(calendarId: string, version: number): string {
  const bytes = Buffer.alloc(19)
  bytes.writeUInt16LE(7, 0)
  bytes.set([0x16, 0, 0, 0], 2)
  bytes.set(createHash("sha256").update(calendarId).digest().subarray(0, 5), 6)
  bytes.writeBigUInt64BE(BigInt(version), 11)
  return bytes.toString("base64")
}

/** Weak in form, `W/"<changeKey>"`, and yet compared as it is. */
export const graphEtag = (calendarId: string, version: number): string => `W/"${changeKey(calendarId, version)}"`
