/** One sealed text at rest: where it lies, and what it is bound to. */
export interface SealedText {
  /** Names the row and column, for the store alone. */
  readonly place: string
  /** What it was sealed with (lib/ports/vault.ts). */
  readonly context: string
  readonly sealed: string
}

/** Everything that is sealed under a key-encryption key, wherever it lies: what a rotation of that key has to go through. */
export interface SealedTexts {
  /** A page of them, in an order that writing does not change. `after`: the place of the last one seen; null at the start. */
  page(after: string | null, limit: number): Promise<readonly SealedText[]>
  /** Compare and set: false when it was sealed anew meanwhile, by a refresh or another rotation. */
  replace(text: SealedText, sealed: string): Promise<boolean>
}
