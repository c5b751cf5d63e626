import "server-only"

/*
 * Group commit: what has come by the end of a turn of the event loop goes together while there is room; what comes later, as soon as there is room again. Whoever is alone waits for nobody, and a crowd shares what
 * each would have paid for alone: the round trip, the locks, the disk.
 */

export interface GroupLimits {
  /** So many groups are under way at once. */
  readonly groups: number
  /** So many requests are in one. */
  readonly most: number
}

interface Waiting<Q, A> {
  readonly request: Q
  readonly key: string
  readonly resolve: (answer: A) => void
  readonly reject: (error: unknown) => void
}

/**
 * Those of one key are never under way in two groups: they would only wait for each other.
 * @param keyOf what requests contend for
 * @param send an answer for each request, in their order, over when all of them are; what it throws is each one's
 */
export function groupCommit<Q, A>(
  { groups, most }: GroupLimits,
  keyOf: (request: Q) => string,
  send: (requests: readonly Q[]) => Promise<readonly (A | Promise<A>)[]>,
): { ask(request: Q): Promise<A>; isIdle(): boolean } {
  const busy = new Set<string>()
  let waiting: readonly Waiting<Q, A>[] = []
  let running = 0
  let isDue = false

  function startSoon(): void {
    if (isDue) return
    isDue = true
    setImmediate(start)
  }

  function start(): void {
    isDue = false
    while (running < groups) {
      const group = next()
      if (group.length === 0) return
      waiting = waiting.filter((one) => !group.includes(one))
      void run(group)
    }
  }

  /** What goes next: its share of what waits, for there may be room for more groups, but all of a key. */
  function next(): readonly Waiting<Q, A>[] {
    const ready = waiting.filter(({ key }) => !busy.has(key))
    const share = Math.ceil(ready.length / (groups - running))
    const keys = new Set(ready.slice(0, share).map(({ key }) => key))
    return ready.filter(({ key }) => keys.has(key)).slice(0, most)
  }

  async function run(group: readonly Waiting<Q, A>[]): Promise<void> {
    running++
    for (const { key } of group) busy.add(key)
    const sent = await Promise.allSettled([send(group.map(({ request }) => request))])
    const answers = sent[0].status === "fulfilled" ? await Promise.allSettled(sent[0].value) : []
    running--
    for (const { key } of group) busy.delete(key)
    for (const [i, { resolve, reject }] of group.entries()) {
      const answer = answers[i] ?? sent[0]
      if (answer.status === "rejected") reject(answer.reason)
      else resolve(answer.value as A)
    }
    startSoon()
  }

  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting = [...waiting, { request, key: keyOf(request), resolve, reject }]
        startSoon()
      }),
    isIdle: () => running === 0 && waiting.length === 0,
  }
}
