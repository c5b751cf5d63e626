/** How many requests at once one mailbox takes. */
export interface Admission {
  /** What to call when the request is done; null when there are too many. */
  readonly enter: (mailbox: string) => (() => void) | null
}

/** @param most read anew for every request; null: any number. */
export function createAdmission(most: () => number | null): Admission {
  const inFlight = new Map<string, number>()
  const count = (mailbox: string) => inFlight.get(mailbox) ?? 0
  return {
    enter: (mailbox) => {
      if (count(mailbox) >= (most() ?? Number.POSITIVE_INFINITY)) return null
      inFlight.set(mailbox, count(mailbox) + 1)
      return () => inFlight.set(mailbox, count(mailbox) - 1)
    },
  }
}
