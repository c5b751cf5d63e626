import "server-only"
/** A request as next-auth reads it: all of it, at once. */
export interface RequestFields {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | readonly string[]>> & { readonly nextauth: readonly string[] }
  readonly body: unknown
}

/** @throws {SyntaxError} for a body that says it is JSON and is not */
export async function requestFields(request: Request): Promise<RequestFields> {
  const url = new URL(request.url)
  return {
    method: request.method,
    headers: Object.fromEntries(request.headers),
    cookies: cookiesOf(request.headers.get("cookie") ?? ""),
    // the path's parts behind /api/auth, after the query, so that no query can name an action
    query: {
      ...Object.fromEntries(url.searchParams),
      nextauth: url.pathname.split("/").slice(3),
    },
    body: request.method === "POST" ? await bodyOf(request) : undefined,
  }
}

function cookiesOf(header: string): Record<string, string> {
  const pairs = header.split("; ").flatMap((part) => {
    const at = part.indexOf("=")
    return at > 0 ? [[part.slice(0, at), unescaped(part.slice(at + 1))]] : []
  })
  return Object.fromEntries(pairs)
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

async function bodyOf(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type") ?? ""
  if (type.includes("application/json")) return request.json()
  return Object.fromEntries(new URLSearchParams(await request.text()))
}

/** Collects what next-auth says to a server's response object and makes a `Response` of it. */
export class Reply {
  #status = 200
  #body: string | null = null
  readonly #headers = new Headers()
  #cookies: readonly string[] = []

  status(code: number): this {
    this.#status = code
    return this
  }

  getHeader(name: string): readonly string[] | string | null {
    return name.toLowerCase() === "set-cookie" ? this.#cookies : this.#headers.get(name)
  }

  setHeader(name: string, value: string | readonly string[]): this {
    if (name.toLowerCase() === "set-cookie") this.#cookies = [value].flat()
    else this.#headers.set(name, String(value))
    return this
  }

  json(value: unknown): this {
    return this.setHeader("content-type", "application/json").send(JSON.stringify(value))
  }

  send(body: unknown): this {
    this.#body = typeof body === "string" ? body : JSON.stringify(body ?? null)
    return this
  }

  end(): this {
    return this
  }

  response(): Response {
    const headers = new Headers(this.#headers)
    for (const line of this.#cookies) headers.append("set-cookie", line)
    return new Response(this.#body, { status: this.#status, headers })
  }
}
