import "server-only"
import type { SealedTexts } from "../ports/sealed-texts"
import { SealBroken, type Vault } from "../ports/vault"

export interface RotateNeeds {
  readonly vault: Vault
  readonly sealedTexts: SealedTexts
}

export interface Rotation {
  readonly seen: number
  /** Sealed anew under the current key. */
  readonly resealed: number
  /** Cannot be opened with any key that is here; left as they are. Whoever they belong to has to connect again. */
  readonly lost: readonly string[]
}

const PAGE = 200

/**
 * Seals everything at rest anew under the current key-encryption key. Each text by itself and by compare-and-set, so that it can be killed at any moment
 * and begun again: what was done is found done. Afterwards, if nothing is lost and nothing was sealed meanwhile with another key, no text needs a
 * retired key any more.
 */
export async function rotateKeys({ vault, sealedTexts }: RotateNeeds): Promise<Rotation> {
  let seen = 0
  let resealed = 0
  const lost: string[] = []
  for (let after: string | null = null; ; ) {
    const page = await sealedTexts.page(after, PAGE)
    for (const text of page) {
      seen++
      if (vault.isCurrent(text.sealed)) continue
      const plain = openOrNull(vault, text.sealed, text.context)
      if (plain === null) lost.push(text.place)
      else if (await sealedTexts.replace(text, vault.seal(plain, text.context))) resealed++
    }
    const last = page.at(-1)
    if (!last) return { seen, resealed, lost }
    after = last.place
  }
}

function openOrNull(vault: Vault, sealed: string, context: string): string | null {
  try {
    return vault.open(sealed, context)
  } catch (error) {
    if (error instanceof SealBroken) return null
    throw error
  }
}
