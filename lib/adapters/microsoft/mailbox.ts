import "server-only"
import type { Answer } from "./ask"
import type { Get } from "./client"

/*
 * Graph takes four requests at once of one app for one mailbox (throttling limits, Outlook); a batch whose parts wait for each other counts as one of them. The fourth is left for writes.
 */
const READS_AT_ONCE = 3
/** Graph takes no more in one batch. */
export const MOST_PARTS = 20

/** Carries reads that go out together; their answers in order. `null`: that one is to be asked again, alone. */
export type Carry = (gets: readonly Get[]) => Promise<readonly (Answer<unknown> | null)[]>

interface Job {
  readonly get: Get
  readonly carry: Carry
  readonly alone: boolean
  readonly done: (answer: Answer<unknown>) => void
  readonly failed: (reason: unknown) => void
}

interface Mailbox {
  readonly waiting: Job[]
  running: number
}

const mailboxes = new Map<string, Mailbox>()

/**
 * Answers a read of a mailbox when its turn has come, whichever adapter asks; reads that wait together go out together. Writes never come here: a request whose intent is SENT must leave at once,
 * because its lease is counting.
 */
export function inTurn(name: string, get: Get, carry: Carry): Promise<Answer<unknown>> {
  return new Promise((done, failed) => enter(name, { get, carry, alone: false, done, failed }))
}

function enter(name: string, job: Job): void {
  const mailbox = mailboxes.get(name) ?? { waiting: [], running: 0 }
  mailboxes.set(name, mailbox)
  mailbox.waiting.push(job)
  // what is asked for in the same moment is there by then
  queueMicrotask(() => go(name, mailbox))
}

function go(name: string, mailbox: Mailbox): void {
  while (mailbox.running < READS_AT_ONCE && mailbox.waiting.length > 0) {
    mailbox.running += 1
    void send(name, takeShare(mailbox)).finally(() => {
      mailbox.running -= 1
      go(name, mailbox)
      if (mailbox.running + mailbox.waiting.length === 0) mailboxes.delete(name)
    })
  }
}

/** As many as leaves each free turn its share, all of one asker, in the order in which they came. */
function takeShare({ waiting, running }: Mailbox): readonly Job[] {
  const [first, ...others] = waiting
  if (!first) return []
  const free = READS_AT_ONCE - running + 1
  const share = first.alone ? 1 : Math.min(MOST_PARTS, Math.ceil(waiting.length / free))
  const taken = [first, ...others.filter((job) => job.carry === first.carry && !job.alone).slice(0, share - 1)]
  const left = waiting.filter((job) => !taken.includes(job))
  waiting.splice(0, waiting.length, ...left)
  return taken
}

async function send(name: string, jobs: readonly Job[]): Promise<void> {
  const [first] = jobs
  if (!first) return
  try {
    const answers = await first.carry(jobs.map((job) => job.get))
    for (const [i, job] of jobs.entries()) {
      const answer = answers[i] ?? null
      if (answer !== null) job.done(answer)
      else enter(name, { ...job, alone: true })
    }
  } catch (reason) {
    for (const job of jobs) job.failed(reason)
  }
}
