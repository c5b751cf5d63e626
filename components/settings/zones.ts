/** Every zone that this runtime knows; the one in use first, should it be an alias. */
export const timeZones = (inUse: string): readonly string[] => {
  const known = Intl.supportedValuesOf("timeZone")
  return known.includes(inUse) ? known : [inUse, ...known]
}
