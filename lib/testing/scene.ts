import { generateKeyPairSync, randomBytes } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { fileCheckpoints } from "../adapters/files/outside-checkpoints"
import { googleCalendars } from "../adapters/google/adapter"
import { randomIds } from "../adapters/ids"
import { microsoftCalendars } from "../adapters/microsoft/adapter"
import { grammarPlanner } from "../adapters/planner-grammar/planner"
import { postgresAssistantStore } from "../adapters/postgres/assistant-store"
import { postgresAuditLog } from "../adapters/postgres/audit-log"
import { postgresClient } from "../adapters/postgres/client"
import { postgresGuardedStore } from "../adapters/postgres/guarded-store"
import { postgresLogStore } from "../adapters/postgres/log-store"
import { checkpointSigner } from "../adapters/vault/checkpoint-signer"
import { vault } from "../adapters/vault/vault"
import type { CalendarEvent, ConnectionId } from "../domain/event"
import { DEFAULT_WORKING_HOURS, type Person } from "../domain/person"
import { INTENT_TIMES, type IntentTimes } from "../domain/protocol/intent"
import type { Seen } from "../domain/version"
import type { StoredProposal } from "../ports/assistant-store"
import type { CalendarProvider } from "../ports/calendar-provider"
import type { Calendars } from "../ports/calendars"
import type { CommitDeps } from "../server/commit-operation"
import { found } from "../server/read-outcome"
import { type SayDeps, say } from "../server/say"
import type { SealDeps } from "../server/seal-log"
import { testDatabase } from "./pg"
import { type Exchange, openSandbox, SANDBOX_NOW, type Sandbox, type SandboxProvider } from "./sandbox"

/** Whoever has the weekly sync at each provider, and a guest of it with an account of their own. */
export const CAST = {
  google: { person: "ada@google.sandbox", guest: "ben@google.sandbox" },
  microsoft: { person: "mia@outlook.sandbox", guest: "leo@outlook.sandbox" },
} as const

export type SceneDeps = SayDeps & CommitDeps & SealDeps & { readonly audit: ReturnType<typeof postgresAuditLog> }

/** One person with one calendar account, the real use cases over the real adapters, PostgreSQL and the sandbox: everything but the browser. */
export interface Scene {
  readonly provider: SandboxProvider
  readonly person: Person
  readonly sandbox: Sandbox
  readonly deps: SceneDeps
  readonly account: CalendarProvider
  readonly connectionId: ConnectionId
  readonly ownerUrl: string
  readonly db: ReturnType<typeof postgresClient>
  /** Says something that must lead to a proposal. */
  propose(words: string): Promise<StoredProposal>
  proposal(id: string): Promise<StoredProposal>
  /** The event as it stands at the provider. */
  now(ref: CalendarEvent["ref"]): Promise<Seen<CalendarEvent> | null>
  /** Requests that asked a provider to change something, since `mark`. */
  writes(mark: number): Promise<Exchange[]>
  /** Another member of the same workspace, without calendars. */
  addMember(name: string, role?: Person["role"], workspaceId?: string): Promise<Person>
  /** Until everything that runs afterwards has run. */
  settled(): Promise<void>
  close(): Promise<void>
}

export interface SceneOptions {
  readonly times?: Partial<IntentTimes>
  /** ISO instant at which the clocks of the app and of the sandbox start. */
  readonly now?: string
  /** One that runs elsewhere; `now` is then to fit it. */
  readonly sandbox?: Sandbox
  readonly timeZone?: string
}

/** @param provider whose sandbox account the person has */
export async function openScene(provider: SandboxProvider, options: SceneOptions = {}): Promise<Scene> {
  const database = await testDatabase()
  const sandbox = options.sandbox ?? (await openSandbox(database.sandboxUrl, options.now))
  const folder = await mkdtemp(path.join(tmpdir(), "ifmatch-scene-"))
  const db = postgresClient(database.appUrl)
  const audit = postgresAuditLog(
    db,
    vault({ current: { id: "test", key: randomBytes(32).toString("base64") }, retired: {} }),
  )
  const started = Date.parse(options.now ?? SANDBOX_NOW) - performance.now()
  const clock = { now: () => started + performance.now(), monotonic: () => performance.now() }

  const workspaceId = "w1"
  await db.workspace.create({ data: { id: workspaceId, name: "Test" } })
  const timeZone = options.timeZone ?? "Europe/Berlin"
  async function addMember(name: string, role: Person["role"] = "member", inWorkspace = workspaceId): Promise<Person> {
    const email = name.includes("@") ? name : `${name}@example.test`
    await db.workspace.createMany({ data: [{ id: inWorkspace, name: inWorkspace }], skipDuplicates: true })
    const user = await db.user.create({ data: { name, email } })
    const workingHours = { ...DEFAULT_WORKING_HOURS, days: [...DEFAULT_WORKING_HOURS.days] }
    await db.member.create({ data: { workspaceId: inWorkspace, userId: user.id, role, timeZone, workingHours } })
    return { workspaceId: inWorkspace, userId: user.id, role, name, email, timeZone, workingHours, shareTitles: false }
  }

  const email = CAST[provider].person
  const person = await addMember(email)
  const token = await sandbox.token(provider, email)
  const connectionId = "c1" as ConnectionId
  const common = { connectionId, accessToken: async () => token, now: clock.now }
  const account =
    provider === "google"
      ? googleCalendars({ ...common, rootUrl: `${sandbox.url}/` })
      : microsoftCalendars({ ...common, accountEmail: email, timeZone, baseUrl: `${sandbox.url}/graph` })
  const mine = (userId: string) => userId === person.userId
  const calendars: Calendars = {
    connections: async (_, userId) => (mine(userId) ? [{ id: connectionId, provider, email, status: "live" }] : []),
    open: async (_, userId, id) => (mine(userId) && id === connectionId ? account : null),
  }

  const { privateKey } = generateKeyPairSync("ed25519")
  const later: Promise<void>[] = []
  const deps: SceneDeps = {
    clock,
    ids: randomIds,
    calendars,
    audit,
    store: postgresAssistantStore(db, audit),
    guarded: postgresGuardedStore(db, audit),
    planner: grammarPlanner,
    afterwards: (task) => {
      later.push(task())
    },
    times: { ...INTENT_TIMES, ...options.times },
    logStore: postgresLogStore(db, audit),
    signer: checkpointSigner(privateKey.export({ format: "der", type: "pkcs8" }).toString("base64")),
    outside: fileCheckpoints(folder),
  }

  async function proposal(id: string): Promise<StoredProposal> {
    const stored = await deps.store.findProposal(person.workspaceId, person.userId, id)
    if (!stored) throw new Error(`no proposal ${id}`)
    return stored
  }

  return {
    provider,
    person,
    sandbox,
    deps,
    account,
    connectionId,
    db,
    ownerUrl: database.ownerUrl,
    proposal,
    addMember,
    async propose(words) {
      const { answer } = await say(deps, person, words)
      if (answer.kind !== "proposal") throw new Error(`"${words}" led to ${JSON.stringify(answer)}`)
      return proposal(answer.proposalId)
    },
    now: async (ref) => found(await account.get(ref)),
    writes: async (mark) =>
      (await sandbox.journal(mark)).filter((e) => e.method !== "GET" && !e.path.includes("freeBusy")),
    settled: async () => {
      await Promise.all(later.splice(0))
    },
    async close() {
      await Promise.allSettled(later)
      await db.$disconnect()
      await sandbox.close()
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
