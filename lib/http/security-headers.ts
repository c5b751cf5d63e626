/** Where a form of ours may lead in the end: sign-in starts with a form and is redirected to the provider. */
export interface HeaderSetting {
  readonly nonce: string
  readonly secure: boolean
  readonly providerOrigins: readonly string[]
  /** The development server evaluates code and keeps a socket open. */
  readonly development: boolean
}

/** sonner 2.0.8 adds its stylesheet without a nonce: first an empty element, then its text. */
const SONNER_STYLES = [
  "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "'sha256-StEaX+se6YS7pqjzrzMIA0KaX9zF/8zAhvQXZAe5epY='",
]

/** Content Security Policy Level 3: no script or style but those that carry this response's nonce. */
export function contentSecurityPolicy({ nonce, providerOrigins, development }: HeaderSetting): string {
  const scripts = ["'self'", `'nonce-${nonce}'`, "'strict-dynamic'", ...(development ? ["'unsafe-eval'"] : [])]
  const styles = development ? ["'self'", "'unsafe-inline'"] : ["'self'", `'nonce-${nonce}'`, ...SONNER_STYLES]
  const directives: readonly (readonly string[])[] = [
    ["default-src", "'self'"],
    ["script-src", ...scripts],
    ["style-src", ...styles],
    ["img-src", "'self'", "data:", "blob:"],
    ["font-src", "'self'", "data:"],
    ["connect-src", "'self'", ...(development ? ["ws:"] : [])],
    ["object-src", "'none'"],
    ["base-uri", "'self'"],
    ["form-action", "'self'", ...providerOrigins],
    ["frame-ancestors", "'none'"],
    ["report-uri", "/api/csp"],
  ]
  return directives.map((directive) => directive.join(" ")).join("; ")
}

/** The headers of every answer. None of them is a lock: that is the guard of each route and page. */
export const securityHeaders = (setting: HeaderSetting): Readonly<Record<string, string>> => ({
  "content-security-policy": contentSecurityPolicy(setting),
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  // addresses may hold words of a search: other sites learn nothing, not even where from
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
  ...(setting.secure ? { "strict-transport-security": "max-age=63072000; includeSubDomains" } : {}),
})
