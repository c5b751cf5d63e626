import { FormBrowser } from "../sandbox/testing/browser"
import { answer, ORIGIN } from "./app"

export type ProviderId = "google" | "microsoft"

/** Where the app is: its own route modules in this process, or a server. */
export interface Site {
  readonly origin: string
  readonly answer: (request: Request) => Promise<Response>
}

const HERE: Site = { origin: ORIGIN, answer }

/** A server, asked over HTTP; redirects are followed by hand. */
export const siteAt = (origin: string): Site => ({
  origin,
  answer: (request) => fetch(request, { redirect: "manual" }),
})

/** Somebody with a browser: cookies of ours in one jar, those of the sandbox in another, redirects followed by hand. */
export class Visitor {
  readonly cookies = new Map<string, string>()
  readonly #provider = new FormBrowser()

  constructor(readonly site: Site = HERE) {}

  /** One request to the app, as its own pages send it unless `headers` say otherwise. */
  async ask(
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const headers = new Headers({
      cookie: this.#jar(),
      ...(method === "GET" ? {} : { origin: this.site.origin, "sec-fetch-site": "same-origin" }),
    })
    const { body } = options
    if (body !== undefined)
      headers.set(
        "content-type",
        body instanceof URLSearchParams ? "application/x-www-form-urlencoded" : "application/json",
      )
    for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value)
    const sent =
      body === undefined ? {} : { body: body instanceof URLSearchParams ? body.toString() : JSON.stringify(body) }
    const response = await this.site.answer(new Request(this.site.origin + path, { method, headers, ...sent }))
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    return response
  }

  /** Presses "Continue with ..." and picks a person there. @returns where the app sends them in the end */
  async signIn(provider: ProviderId, email: string): Promise<string> {
    const { csrfToken } = (await (await this.ask("GET", "/api/auth/csrf")).json()) as { csrfToken: string }
    const body = new URLSearchParams({ csrfToken, callbackUrl: `${this.site.origin}/calendar` })
    return this.throughProvider(await this.ask("POST", `/api/auth/signin/${provider}`, { body }), email)
  }

  /** Connects a calendar account. @param untick scopes that are not given */
  async connect(provider: ProviderId, email: string, untick: readonly string[] = []): Promise<string> {
    return this.throughProvider(await this.ask("GET", `/api/connections/${provider}/start`), email, untick)
  }

  /** Follows a redirect to the provider, picks the person, consents, and comes back. */
  async throughProvider(leaving: Response, email: string, untick: readonly string[] = []): Promise<string> {
    const callback = await this.atProvider(locationOf(leaving), email, untick)
    return locationOf(await this.ask("GET", callback.slice(this.site.origin.length)))
  }

  /** @returns the callback's address, not yet visited */
  async atProvider(
    authorizeUrl: string,
    email: string,
    untick: readonly string[] = [],
    decision = "continue",
  ): Promise<string> {
    const picker = await (await this.#provider.get(authorizeUrl)).text()
    const picked = await this.#provider.press(authorizeUrl, picker, { name: "person", value: email })
    if (picked.status === 302) return locationOf(picked)
    const consent = await picked.text()
    return locationOf(await this.#provider.press(authorizeUrl, consent, { name: "decision", value: decision }, untick))
  }

  #jar(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ")
  }

  #keep(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    const gone = value === "" || /max-age=0|expires=thu, 01 jan 1970/i.test(line)
    if (gone) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

export function locationOf(response: Response): string {
  const location = response.headers.get("location")
  if (!location) throw new Error(`no redirect but ${response.status}`)
  return location
}
