/** As much of a browser as the sandbox's forms need: cookies, redirects one at a time, buttons and ticked boxes. */
export class FormBrowser {
  private readonly cookies = new Map<string, string>()

  async get(url: string): Promise<Response> {
    return this.keep(await fetch(url, { redirect: "manual", headers: this.headers() }))
  }

  /** Sends the page's only form as if `button` had been pressed, with some boxes unticked. */
  async press(
    pageUrl: string,
    html: string,
    button: { name: string; value: string },
    untick: readonly string[] = [],
  ): Promise<Response> {
    const action = attribute(/<form[^>]*>/.exec(html)?.[0] ?? "", "action")
    const inputs = [...html.matchAll(/<input[^>]*>/g)].map(([tag]) => tag)
    const sent = inputs.filter((tag) => !tag.includes("checkbox") || !untick.includes(attribute(tag, "value")))
    const body = new URLSearchParams(sent.map((tag) => [attribute(tag, "name"), attribute(tag, "value")]))
    body.append(button.name, button.value)
    const headers = { ...this.headers(), origin: new URL(pageUrl).origin }
    return this.keep(await fetch(new URL(action, pageUrl), { method: "POST", redirect: "manual", headers, body }))
  }

  private headers(): Record<string, string> {
    return { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") }
  }

  private keep(response: Response): Response {
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (name !== undefined && value !== undefined) this.cookies.set(name, value)
    }
    return response
  }
}

const attribute = (tag: string, name: string): string =>
  (new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? "")
    .replaceAll("&amp;", "&")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
