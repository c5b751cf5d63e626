/**
 * Did one of our own pages send this? A cookie alone does not say so. Every browser sends `Origin` with a mutation; `null` stands for an opaque
 * origin and is hostile, a missing one is no browser of ours. `Sec-Fetch-Site` can only make it stricter.
 */
export function isOurOwn(request: Request, origin: string): boolean {
  const site = request.headers.get("sec-fetch-site")
  return request.headers.get("origin") === origin && (site === null || site === "same-origin")
}

/** Methods that change nothing (RFC 9110 section 9.2.1). */
export const isSafe = (method: string): boolean => method === "GET" || method === "HEAD"
