import "server-only"

/** What is kept under a name, and the ETag that a write of it has to show. */
export interface KeptObject {
  readonly etag: string
  readonly text: string
}

/** Object storage with conditional puts, strongly consistent: what is put is what the next read finds. */
export interface Bucket {
  get(name: string): Promise<KeptObject | null>
  /**
   * RFC 9110 section 13.1: If-Match with the ETag that was read, or If-None-Match: * where `expected` is null.
   * @returns false: the precondition failed, nothing was put @throws when no answer came: it may have been put, or still be
   */
  putIf(name: string, text: string, expected: string | null): Promise<boolean>
}

/** As much of Cloudflare's `R2Bucket`, the binding of a Worker, as is needed. */
interface R2Binding {
  get(name: string): Promise<{ readonly etag: string; text(): Promise<string> } | null>
  put(
    name: string,
    value: string,
    options: { readonly onlyIf: { readonly etagMatches: string } | { readonly etagDoesNotMatch: "*" } },
  ): Promise<object | null>
}

export const r2Bucket = (binding: R2Binding): Bucket => ({
  async get(name) {
    const found = await binding.get(name)
    return found && { etag: found.etag, text: await found.text() }
  },
  async putIf(name, text, expected) {
    const onlyIf = expected === null ? ({ etagDoesNotMatch: "*" } as const) : { etagMatches: expected }
    return (await binding.put(name, text, { onlyIf })) !== null
  },
})
