/** Is this a name of the IANA time zone database (or an alias there)? Offsets like +01:00 are none. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name })
    return !/^[+-]/.test(name)
  } catch {
    return false
  }
}
