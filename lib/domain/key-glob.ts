import type { RecordKey } from "./record"

const GLOB = /^[A-Za-z0-9._@*-]+(\/[A-Za-z0-9._@*-]+)*$/

/**
 * Which keys a folder manages (C18). `*` is any run of characters within a segment, a segment `**` any number of segments, at the end at least one. Case counts.
 *
 * @example keyGlob("plans/**") takes "plans/launch.json" and "plans/2026/q3.md"
 * @throws {RangeError} for what no key could ever fit
 */
export function keyGlob(glob: string): (key: RecordKey) => boolean {
  if (!GLOB.test(glob)) throw new RangeError(`no glob of record keys: ${glob}`)
  const segments = glob.split("/")
  const pattern = segments.map((segment, n) => expressionOf(segment, n === segments.length - 1)).join("")
  const whole = new RegExp(`^${pattern}$`)
  return (key) => whole.test(key)
}

function expressionOf(segment: string, last: boolean): string {
  if (segment === "**") return last ? ".+" : "(?:[^/]+/)*"
  const within = segment.replaceAll(".", "\\.").replace(/\*+/g, "[^/]*")
  return last ? within : `${within}/`
}
