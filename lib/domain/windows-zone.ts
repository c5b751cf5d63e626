import { findIana, findWindows } from "windows-iana"

/** Zones that the table of windows-iana does not have under their present name. */
const WINDOWS_OF: Readonly<Record<string, string>> = {
  "Europe/Kyiv": "FLE Standard Time",
  "America/Ciudad_Juarez": "Mountain Standard Time",
}

/** An IANA zone by the name that Exchange takes, or null when it has none for it. */
export const toWindowsZone = (timeZone: string): string | null =>
  WINDOWS_OF[timeZone] ?? findWindows(timeZone)[0] ?? null

/** A Windows zone as an IANA one; null for what is no Windows name. Several zones share one: a round trip may end in a sister zone. */
export const ianaOfWindows = (name: string): string | null => findIana(name)[0] ?? null
