import { isTimeZone } from "../../domain/time-zone"
import { ianaOfWindows, toWindowsZone } from "../../domain/windows-zone"
import { Refusal } from "../refusal"

/** The IANA zone of a name as Graph takes it: Windows, or some IANA. @throws {Refusal} invalid */
export function ianaZone(name: string): string {
  if (name === "UTC" || name === "tzone://Microsoft/Utc") return "UTC"
  const zone = isTimeZone(name) ? name : (ianaOfWindows(name) ?? name)
  if (!isTimeZone(zone)) throw new Refusal("invalid", `The time zone '${name}' is not supported.`)
  return zone
}

/** The Windows name of an IANA zone; those without one are said as they are. */
export const windowsZone = (iana: string): string => (iana === "UTC" ? "UTC" : (toWindowsZone(iana) ?? iana))
