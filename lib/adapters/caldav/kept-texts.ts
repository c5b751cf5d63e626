import "server-only"

/** Resources as they were read last, by address and etag: an edit starts from exactly the text whose etag its If-Match names. */
export interface KeptTexts {
  find(url: string, etag: string): string | null
  keep(url: string, etag: string, text: string): void
}

const MAX_KEPT = 64
const MAX_CHARS = 64_000

export function keptTexts(): KeptTexts {
  const texts = new Map<string, string>()
  const name = (url: string, etag: string) => `${etag} ${url}`
  return {
    find: (url, etag) => texts.get(name(url, etag)) ?? null,
    keep(url, etag, text) {
      if (text.length > MAX_CHARS) return
      texts.delete(name(url, etag))
      texts.set(name(url, etag), text)
      const [oldest] = texts.keys()
      if (texts.size > MAX_KEPT && oldest !== undefined) texts.delete(oldest)
    },
  }
}
