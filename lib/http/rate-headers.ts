/** A token bucket: tokens a second, and how many may be saved up. */
interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** draft-ietf-httpapi-ratelimit-headers, of an answer to whoever took a token of a bucket. @param tokens what is left in it */
export const rateHeaders = (policy: string, { perSecond, burst }: Rate, tokens: number) => ({
  "ratelimit-policy": `"${policy}";q=${burst};w=${Math.ceil(burst / perSecond)}`,
  ratelimit: `"${policy}";r=${Math.max(0, Math.floor(tokens))};t=${Math.ceil((burst - tokens) / perSecond)}`,
})

/** Whole seconds until there is a token again, at least one: for Retry-After. */
export const secondsToToken = ({ perSecond }: Rate, tokens: number): number =>
  Math.max(1, Math.ceil((1 - tokens) / perSecond))
