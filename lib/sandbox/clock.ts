/** The sandbox's "now" for calendars. OAuth runs on real time, because the clients check their tokens against theirs. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** From here on "now" starts at this instant (ISO 8601) and runs on. @throws {RangeError} when it is no instant. */
  readonly set: (iso: string) => void
}

export function createClock(startAt?: string): Clock {
  let offsetMs = 0
  const set = (iso: string) => {
    const at = Date.parse(iso)
    if (Number.isNaN(at)) throw new RangeError(`not an instant: ${iso}`)
    offsetMs = at - Date.now()
  }
  if (startAt) set(startAt)
  return { now: () => Date.now() + offsetMs, set }
}
