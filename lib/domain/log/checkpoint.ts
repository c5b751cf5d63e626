/**
 * A signed tree head in the form of C2SP tlog-checkpoint: origin, size, root (base64), a blank line, then signature lines of a C2SP signed note:
 * `— <key name> <base64(key id (4 bytes) || signature)>`.
 */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  /** Hex, 64 characters. */
  readonly root: string
}

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))
const unbase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (char) => char.charCodeAt(0))

/** What is signed, its last newline included. */
export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${base64(bytesOf(root))}\n`

export const signedNote = (text: string, keyName: string, keyId: Uint8Array, signature: Uint8Array): string =>
  `${text}\n\u2014 ${keyName} ${base64(Uint8Array.from([...keyId, ...signature]))}\n`

export interface OpenedNote extends Checkpoint {
  readonly text: string
  readonly keyName: string
  readonly keyId: Uint8Array
  readonly signature: Uint8Array
}

/** Null when it is not a note of this form. Says nothing about whether the signature is right. */
export function openNote(note: string): OpenedNote | null {
  const match = /^((.+)\n(\d+)\n([A-Za-z0-9+/=]+)\n)\n\u2014 (\S+) ([A-Za-z0-9+/=]+)\n$/.exec(note)
  const [, text, origin, size, root, keyName, signed] = match ?? []
  if (!text || !origin || !size || !root || !keyName || !signed) return null
  const bytes = unbase64(signed)
  const hex = [...unbase64(root)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return { text, origin, size: Number(size), root: hex, keyName, keyId: bytes.slice(0, 4), signature: bytes.slice(4) }
}
