/*
 * A store's place (labels of a namespace, then a key) as a record's key: a segment for each, in which whatever a record's key cannot have is written as `@` and two hex digits a byte of UTF-8. Capitals too: two keys of a
 * store that differ in nothing else are two, of records they are one.
 */

const MAX_SEGMENT = 100

/** @throws {RangeError} for what is too long for a record's key */
export function segmentOf(label: string): string {
  const bytes = [...new TextEncoder().encode(label)]
  const plain = (byte: number, at: number) => /[a-z0-9_-]/.test(String.fromCharCode(byte)) || (byte === 0x2e && at > 0)
  const text = bytes
    .map((byte, at) => (plain(byte, at) ? String.fromCharCode(byte) : `@${byte.toString(16).padStart(2, "0")}`))
    .join("")
  if (text.length > MAX_SEGMENT) throw new RangeError(`"${label.slice(0, 50)}..." is too long for a record's key`)
  // nothing at all is written as the mark alone
  return text || "@"
}

export function labelOf(segment: string): string {
  if (segment === "@") return ""
  const bytes = segment.split(/@(..)/).flatMap((part, i) => {
    return i % 2 === 1 ? [Number.parseInt(part, 16)] : [...new TextEncoder().encode(part)]
  })
  return new TextDecoder().decode(new Uint8Array(bytes))
}
