/**
 * Seals small secrets at rest. AES-256-GCM under a fresh data key, which is wrapped by the key-encryption key; the answer names that key's id.
 * `context` is bound as additional data: a sealed text moved to another row, user or column does not open.
 */
export interface Vault {
  seal(plain: string, context: string): string
  /** @throws {SealBroken} when the key is gone, the text was altered, or the context differs. */
  open(sealed: string, context: string): string
  /** Is it sealed under the key that seals now? */
  isCurrent(sealed: string): boolean
}

export class SealBroken extends Error {
  override name = "SealBroken"
}
