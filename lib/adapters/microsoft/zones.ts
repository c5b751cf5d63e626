import "server-only"
import { Temporal } from "temporal-polyfill"
import { findIana, findWindows } from "windows-iana"

/** Zones that the table of windows-iana does not have under their present name. */
const WINDOWS_OF: Readonly<Record<string, string>> = {
  "Europe/Kyiv": "FLE Standard Time",
  "America/Ciudad_Juarez": "Mountain Standard Time",
}

/** An IANA zone by the name that Exchange takes, or null when it has none for it. */
export const toWindowsZone = (timeZone: string): string | null =>
  WINDOWS_OF[timeZone] ?? findWindows(timeZone)[0] ?? null

/**
 * A zone as Graph names it (Windows, IANA, or an address like `tzone://Microsoft/Custom`) as an IANA zone; "UTC" for what no table knows.
 * Several zones share a Windows name, so a round trip may end in a sister zone with the same rules.
 */
export function toIanaZone(name: string | null | undefined): string {
  const zone = (name && findIana(name)[0]) ?? name ?? "UTC"
  return zone === "Etc/UTC" || !isZone(zone) ? "UTC" : zone
}

function isZone(name: string): boolean {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId !== ""
  } catch {
    return false
  }
}
