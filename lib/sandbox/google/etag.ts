/** Strong, with the quotes, as Google writes it: twice the microseconds of the version. */
export const googleEtag = (version: number): string => `"${2 * version}"`
