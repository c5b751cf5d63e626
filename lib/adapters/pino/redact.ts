import "server-only"

/*
 * Secrets must not reach the log, whatever field or sentence they stand in: fields are judged by their names at any depth, texts by the
 * shapes of tokens.
 */

const GONE = "[redacted]"

const SECRET_NAMES =
  /^(proxy-)?authorization$|cookie|token|secret|passw|^(code|state|nonce|session|sealed|wrapped|kek)$|verifier|assertion|api[-_]?key|private[-_]?key|^words$|^summary$/i

/** Names that only look like secrets. */
const HARMLESS = /^(tokenVersion|token_type|csrfTokenVerified)$/

const SECRET_TEXTS: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${GONE}`],
  [/\b(ya29\.|1\/\/|4\/)[\w-]{8,}/g, GONE],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, GONE],
  [/\bv1\.[\w-]{1,32}(\.[\w-]+){4}/g, GONE],
  [/(["']?\b\w*(?:token|secret|verifier|password|code|state|nonce)["']?\s*[=:]\s*["']?)[^\s"'&,}]+/gi, `$1${GONE}`],
  [/(\w+:\/\/[^\s:/@]+:)[^\s@]+@/g, `$1${GONE}@`],
  [/(\/invitation\/)[\w-]+/g, `$1${GONE}`],
]

export const redactText = (text: string): string =>
  SECRET_TEXTS.reduce((so, [shape, by]) => so.replace(shape, by), text)

/** The fields of an entry, safe to write down. */
export const redactFields = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, isSecret(name) ? GONE : redact(value)]))

/** A copy that is safe to write down. Deeper than eight levels nothing is kept. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value)
  if (typeof value === "bigint") return value.toString()
  if (typeof value !== "object" || value === null) return value
  if (depth > 8) return "[too deep]"
  if (value instanceof Error) return redactError(value, depth)
  if (value instanceof Date) return value
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
  const fields = value instanceof Headers || value instanceof Map ? [...value] : Object.entries(value)
  return Object.fromEntries(
    fields.map(([name, inner]) => [name, isSecret(String(name)) ? GONE : redact(inner, depth + 1)]),
  )
}

const isSecret = (name: string): boolean => SECRET_NAMES.test(name) && !HARMLESS.test(name)

/** Only what helps to find the fault: an SDK's error carries its whole request, headers and all. */
function redactError(error: Error & { readonly code?: unknown }, depth: number): Record<string, unknown> {
  const { name, message, stack, cause, code } = error
  return {
    name,
    message: redactText(message),
    ...(typeof code === "string" && /^[A-Z0-9_]{2,40}$/.test(code) ? { code } : {}),
    ...(stack ? { stack: redactText(stack) } : {}),
    ...(cause === undefined ? {} : { cause: redact(cause, depth + 1) }),
  }
}
