import "server-only"
import pLimit, { type LimitFunction } from "p-limit"

/** Graph takes four requests at once of one app for one mailbox (throttling limits, Outlook). The fourth is left for writes. */
const READS_AT_ONCE = 3

const turns = new Map<string, LimitFunction>()

/**
 * Runs a read of a mailbox when its turn has come, whichever adapter asks. Writes never come here: a request whose intent is SENT must leave at once, because
 * its lease is counting.
 */
export async function inTurn<T>(mailbox: string, read: () => Promise<T>): Promise<T> {
  const turn = turns.get(mailbox) ?? pLimit(READS_AT_ONCE)
  turns.set(mailbox, turn)
  try {
    return await turn(read)
  } finally {
    if (turn.activeCount + turn.pendingCount === 0) turns.delete(mailbox)
  }
}
