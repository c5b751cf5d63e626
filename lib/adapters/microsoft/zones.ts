import "server-only"
import { isTimeZone } from "../../domain/time-zone"
import { ianaOfWindows } from "../../domain/windows-zone"

/**
 * A zone as Graph names it (Windows, IANA, or an address like `tzone://Microsoft/Custom`) as an IANA zone; "UTC" for what no table knows.
 * Several zones share a Windows name, so a round trip may end in a sister zone with the same rules.
 */
export function toIanaZone(name: string | null | undefined): string {
  if (!name) return "UTC"
  const zone = isTimeZone(name) ? name : ianaOfWindows(name)
  return !zone || zone === "Etc/UTC" || !isTimeZone(zone) ? "UTC" : zone
}
