import type { Said } from "../../api-client/adapters/tools"

/** What a scripted model does next: call a tool, or say that it is done. */
export type Move = { readonly tool: string; readonly args: Record<string, unknown> } | { readonly done: string }

/** One place where all wait until all are there. */
export function meeting(of: number): () => Promise<void> {
  let here = 0
  let open = () => {}
  const all = new Promise<void>((resolve) => {
    open = resolve
  })
  return () => {
    if (++here === of) open()
    return all
  }
}

/**
 * A model that adds its own entry to a shared record: reads it, waits until everybody has read, writes the whole of it back under the version it read. Told of a lost race it does what `recovery` says: it reads again. It
 * knows nothing but what its tools answered.
 */
export function brain(name: string, key: string, everybodyHasRead: () => Promise<void>) {
  return async (answers: readonly Said[]): Promise<Move> => {
    const last = answers.at(-1)
    if (last?.kind === "record") {
      if (answers.length === 1) await everybodyHasRead()
      const { value, version } = last as Said & { value: object; version?: string }
      return { tool: "write_record", args: { key, value: { ...value, [name]: "done" }, version } }
    }
    if (!last || last.recovery === "reacquire_and_reread") return { tool: "read_record", args: { key } }
    return { done: last.kind }
  }
}

/**
 * A model that adds its entry under a claim: claims, reads, thinks for as long as it takes, writes, gives the claim back; what it is told is over it claims and reads again. At the end it says what its tools answered.
 * @param waits what it does before it asks again for what somebody else has claimed
 */
export function claimant(name: string, key: string, thinks: () => Promise<void>, waits: () => Promise<void>) {
  let thought = false
  return async (answers: readonly Said[]): Promise<Move> => {
    const last = answers.at(-1)
    const claim_id = answers.findLast(({ kind }) => kind === "claimed")?.claim_id
    if (last?.kind === "claimed") return { tool: "read_record", args: { key } }
    if (last?.kind === "record") {
      if (!thought) await thinks()
      thought = true
      const { value, version } = last as Said & { value: object; version: string }
      return { tool: "write_record", args: { key, value: { ...value, [name]: "done" }, version, claim_id } }
    }
    if (last?.kind === "applied") return { tool: "release_claim", args: { key, claim_id } }
    if (last?.recovery === "wait_and_retry") await waits()
    if (!last || last.recovery !== undefined) return { tool: "claim_record", args: { key } }
    return { done: answers.map(({ kind, why }) => (why === undefined ? kind : `${kind} ${why}`)).join() }
  }
}

/** The same two tools over a variable: what an agent has that nobody gave a store. */
export function naiveTools(start: object) {
  let value = start
  return {
    value: () => value,
    tools: {
      read_record: async (): Promise<Said> => ({ kind: "record", value: { ...value } }),
      async write_record(args: unknown): Promise<Said> {
        value = (args as { value: object }).value
        return { kind: "applied" }
      },
    },
  }
}
