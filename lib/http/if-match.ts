import { type Version, version } from "../domain/version"

/** The one version a request says it saw. Null when there is none, or `*`, which would match anything (T3). */
export function seenVersion(request: Request): Version | null {
  try {
    return version(request.headers.get("if-match"))
  } catch {
    return null
  }
}
