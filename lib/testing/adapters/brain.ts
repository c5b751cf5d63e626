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
