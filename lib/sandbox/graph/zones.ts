import { findIana, findWindows } from "windows-iana"
import { isZone } from "../calendar/when"
import { Refusal } from "../refusal"

/** IANA zones newer than the mapping's data. */
const NEWER: Readonly<Record<string, string>> = {
  "Europe/Kyiv": "FLE Standard Time",
  "America/Ciudad_Juarez": "Mountain Standard Time",
  UTC: "UTC",
}

/** The IANA zone of a name as Graph takes it: Windows, or some IANA. @throws {Refusal} invalid */
export function ianaZone(name: string): string {
  if (name === "UTC" || name === "tzone://Microsoft/Utc") return "UTC"
  const [iana] = findIana(name, "001")
  const zone = iana ?? findIana(name)[0] ?? name
  if (!isZone(zone)) throw new Refusal("invalid", `The time zone '${name}' is not supported.`)
  return zone
}

/** The Windows name of an IANA zone; those without one are said as they are. */
export const windowsZone = (iana: string): string => NEWER[iana] ?? findWindows(iana)[0] ?? iana
