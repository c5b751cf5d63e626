import "server-only"
import { DAVNamespace, type DAVResponse, davRequest, getDAVAttribute } from "tsdav"
import type { Ask, Asked } from "./ask"
import { UNREADABLE_STATUS } from "./errors"

/** What a multi-status says of one address. */
export interface Row {
  /** Absolute. */
  readonly url: string
  readonly status: number
  readonly props: Readonly<Record<string, unknown>>
}

export type Rows =
  | { readonly kind: "rows"; readonly rows: readonly Row[]; readonly url: string; readonly token: string | null }
  | Extract<Asked, { kind: "failed" }>

const NAMESPACES = getDAVAttribute([
  DAVNamespace.DAV,
  DAVNamespace.CALDAV,
  DAVNamespace.CALENDAR_SERVER,
  DAVNamespace.CALDAV_APPLE,
])

/**
 * PROPFIND and REPORT: tsdav writes and reads the XML, the request goes through our own guarded `read`. Reads only: no write may go through a
 * library that drops an empty precondition (providers.md 0.3).
 */
export async function multistatus(
  ask: Ask,
  url: string,
  method: "PROPFIND" | "REPORT",
  depth: "0" | "1",
  body: Readonly<Record<string, unknown>>,
): Promise<Rows> {
  let asked: Asked | undefined
  const responses = await davRequest({
    url,
    init: { method, headers: { depth }, body: withNamespaces(body) },
    fetch: async (_, init) => {
      asked = await ask.read(url, {
        method,
        headers: { depth, "content-type": "application/xml; charset=utf-8" },
        body: String(init?.body),
      })
      if (asked.kind === "failed") return new Response(null, { status: UNREADABLE_STATUS })
      const { status, headers, text } = asked.answer
      if (!isMultistatus(text)) return new Response(null, { status: UNREADABLE_STATUS })
      return new Response(text === "" ? null : text, { status: status === 204 ? 200 : status, headers })
    },
  })
  if (!asked) throw new Error("tsdav sent nothing")
  if (asked.kind === "failed") return asked
  const base = asked.answer.url
  if (asked.answer.status !== 207 || !isMultistatus(asked.answer.text) || responses.some(isRaw)) return UNREADABLE
  const rows = responses.filter((each) => each.href !== undefined).map((each) => rowOf(each, base))
  return { kind: "rows", rows, url: base, token: tokenIn(asked.answer.text) }
}

const UNREADABLE: Rows = {
  kind: "failed",
  failure: { kind: "answer", status: UNREADABLE_STATUS, reason: "unreadable", retryAfterMs: 0 },
}

const ROOT = /^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?<((?:[\w-]+:)?multistatus)\b[^>]*>/

/** One multistatus and nothing around it: the parser makes an error of every character outside of an element, and takes minutes for 25 MB of them. */
function isMultistatus(text: string): boolean {
  const [start = "", name = ""] = ROOT.exec(text.slice(0, 8_000)) ?? []
  if (start === "") return false
  const rest = start.endsWith("/>") ? text.slice(start.length) : text.slice(text.indexOf(`</${name}`))
  return rest.length < 1_000 && (start.endsWith("/>") ? /^\s*$/ : /^<\/[\w:-]+\s*>\s*$/).test(rest)
}

/** tsdav hands back what it could not parse as text. */
const isRaw = (response: DAVResponse) => typeof response.raw === "string"

/** The token of a sync-collection report; tsdav does not show it where nothing has changed. */
function tokenIn(text: string): string | null {
  const [, token] = /<(?:[\w-]+:)?sync-token\b[^>]*>([^<]+)</.exec(text) ?? []
  return token?.trim().replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&") || null
}

const rowOf = (response: DAVResponse, base: string): Row => ({
  url: new URL(String(response.href), base).href,
  status: response.status,
  props: response.props ?? {},
})

function withNamespaces(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      { _attributes: NAMESPACES, ...(value as Record<string, unknown>) },
    ]),
  )
}

/** Text of a property: plain, or CDATA. */
export function textOf(value: unknown): string | null {
  if (typeof value === "string") return value
  if (typeof value === "number" || typeof value === "boolean") return String(value)
  if (typeof value !== "object" || value === null) return null
  return "_cdata" in value
    ? textOf(value._cdata)
    : "_text" in value
      ? textOf(value._text)
      : Array.isArray(value)
        ? value.map(textOf).join("")
        : null
}

/** The `href` within a property such as current-user-principal. */
export function hrefIn(value: unknown, base: string): string | null {
  const href = typeof value === "object" && value !== null && "href" in value ? textOf([value.href].flat()[0]) : null
  return href ? new URL(href, base).href : null
}
