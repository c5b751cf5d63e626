import type { PersonsEdit } from "../sandbox/calendar/as-person"
import type { Fault } from "../sandbox/faults"
import type { JournalEntry } from "../sandbox/journal"
import { startSandbox } from "../sandbox/server"
import type { Switches } from "../sandbox/switches"

export type SandboxProvider = "google" | "microsoft"
export type FaultKind = Fault["kind"]

/** One request to a provider's API, as the sandbox saw it. Paths are as they were sent, escaped. */
export type Exchange = JournalEntry & {
  readonly id: number /** When it was answered: ISO 8601, real time. */
  readonly at: string
}

/** What a test does to the providers from outside: it watches the wire, breaks it, and acts as people do in the provider's own calendar. */
export interface Sandbox {
  readonly url: string
  readonly controlToken: string
  /** An access token as after a consent. */
  token(provider: SandboxProvider, person: string): Promise<string>
  /** Exchanges after `since`, oldest first. */
  journal(since: number): Promise<Exchange[]>
  lastExchange(): Promise<number>
  fault(fault: Partial<Fault> & Pick<Fault, "provider" | "kind">): Promise<void>
  clearFaults(): Promise<void>
  setSwitches(switches: Partial<Switches>): Promise<void>
  /** Unconditional, in the primary calendar of `person`, as in the provider's own pages. */
  edit(provider: SandboxProvider, person: string, eventId: string, change: PersonsEdit): Promise<void>
  /** Any other order to the sandbox: `path` below /control/. @throws when it is refused */
  control<T>(method: string, path: string, body?: unknown): Promise<T>
  close(): Promise<void>
}

/** A clock of its own, so that a suite means the same on every day: a Friday. */
export const SANDBOX_NOW = "2026-11-20T09:00:00Z"

const CONTROL_TOKEN = "test-control-token"

/**
 * Starts a sandbox in this process on a free port; its state is the schema `sandbox` of `databaseUrl` (`TestDatabase.sandboxUrl`).
 * @param now ISO instant: its clock runs from there
 */
export async function openSandbox(databaseUrl: string, now = SANDBOX_NOW): Promise<Sandbox> {
  const running = await startSandbox({ port: 0, databaseUrl, controlToken: CONTROL_TOKEN, clock: now, fast: true })
  return { ...sandboxAt(running.url, CONTROL_TOKEN), close: running.close }
}

/** A sandbox that runs already, in another process: what it costs is not counted as ours. Closing leaves it running. */
export function sandboxAt(url: string, controlToken: string): Sandbox {
  const headers = { authorization: `Bearer ${controlToken}`, "content-type": "application/json" }

  async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const response = await fetch(`${url}/control/${path}`, init)
    if (!response.ok) throw new Error(`sandbox: ${method} ${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }

  async function journal(since: number): Promise<Exchange[]> {
    return (await control<{ entries: Exchange[] }>("GET", `journal?since=${since}`)).entries
  }

  let newest = 0
  return {
    url,
    controlToken,
    journal,
    lastExchange: async () => {
      newest = (await journal(newest)).at(-1)?.id ?? newest
      return newest
    },
    token: async (provider, person) =>
      (await control<{ access_token: string }>("POST", "grants", { provider, person })).access_token,
    fault: async (fault) => {
      await control("POST", "faults", fault)
    },
    clearFaults: async () => {
      await control("DELETE", "faults")
    },
    setSwitches: async (switches) => {
      await control("POST", "switches", switches)
    },
    edit: async (provider, person, eventId, change) => {
      await control("PATCH", `events/${[provider, person, eventId].map(encodeURIComponent).join("/")}`, change)
    },
    control,
    close: async () => {},
  }
}
