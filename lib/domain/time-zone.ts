/** Names found good: asking costs as much as a thousand uses, and every event of a list asks. There are some 600; other spellings of them are not kept beyond that. */
const good = new Set<string>()
const MOST_KEPT = 1_000

/** Is this a name of the IANA time zone database (or an alias there)? Offsets like +01:00 are none. */
export function isTimeZone(name: string): boolean {
  if (good.has(name)) return true
  try {
    new Intl.DateTimeFormat("en", { timeZone: name })
  } catch {
    return false
  }
  if (/^[+-]/.test(name)) return false
  if (good.size < MOST_KEPT) good.add(name)
  return true
}
