import { findIana, findWindows } from "windows-iana"

/** Zones that the table of windows-iana does not have under their present name. */
const NEWER = [
  ["Europe/Kyiv", "FLE Standard Time"],
  ["America/Ciudad_Juarez", "Mountain Standard Time"],
] as const

/* What was found before, since the table is searched from end to end: some 600 names there, some 140 here. */
const windowsOf = new Map<string, string>(NEWER)
const ianaOf = new Map<string, string>()

/** An IANA zone by the name that Exchange takes, or null when it has none for it. */
export const toWindowsZone = (timeZone: string): string | null =>
  remembered(windowsOf, timeZone, (name) => findWindows(name)[0])

/** A Windows zone as an IANA one; null for what is no Windows name. Several zones share one: a round trip may end in a sister zone. */
export const ianaOfWindows = (name: string): string | null => remembered(ianaOf, name, (known) => findIana(known)[0])

function remembered(found: Map<string, string>, name: string, find: (name: string) => string | undefined) {
  const there = found.get(name) ?? find(name)
  if (there !== undefined) found.set(name, there)
  return there ?? null
}
