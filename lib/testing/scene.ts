import { randomBytes } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { postgresClient } from "../adapters/postgres/client"
import type { CalendarEvent, ConnectionId } from "../domain/event"
import { DEFAULT_WORKING_HOURS, type Person } from "../domain/person"
import { INTENT_TIMES, type IntentTimes } from "../domain/protocol/intent"
import type { Seen } from "../domain/version"
import type { StoredProposal } from "../ports/assistant-store"
import type { CalendarProvider } from "../ports/calendar-provider"
import { found } from "../server/read-outcome"
import { say } from "../server/say"
import { isWrite } from "./is-write"
import { testDatabase } from "./pg"
import { type Exchange, openSandbox, SANDBOX_NOW, type Sandbox, type SandboxProvider } from "./sandbox"
import { type OwnAccount, type SceneDeps, type SceneParts, sceneDeps } from "./scene-deps"
import { slotChecksDone } from "./slot-checks"

/** Whoever has the weekly sync at each provider, and a guest of it with an account of their own. */
export const CAST = {
  google: { person: "ada@google.sandbox", guest: "ben@google.sandbox" },
  microsoft: { person: "mia@outlook.sandbox", guest: "leo@outlook.sandbox" },
} as const

export type { SceneDeps } from "./scene-deps"

/** One person with one calendar account, the real use cases over the real adapters, PostgreSQL and the sandbox: everything but the browser. */
export interface Scene {
  readonly provider: SandboxProvider
  readonly person: Person
  readonly sandbox: Sandbox
  readonly deps: SceneDeps
  readonly account: CalendarProvider
  readonly connectionId: ConnectionId
  /** What another process needs to act in this scene. */
  readonly parts: SceneParts
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
  /** Does the looks at slots that writes have ordered, from the real queue. @returns how many */
  settled(): Promise<number>
  close(): Promise<void>
}

export interface SceneOptions {
  readonly times?: Partial<IntentTimes>
  /** ISO instant at which the clocks of the app and of the sandbox start. */
  readonly now?: string
  /** One that runs elsewhere; `now` is then to fit it. */
  readonly sandbox?: Sandbox
  readonly timeZone?: string
  /** The person's account, where it is not the sandbox's. */
  readonly own?: OwnAccount
}

/** @param provider whose sandbox account the person has */
export async function openScene(provider: SandboxProvider, options: SceneOptions = {}): Promise<Scene> {
  const database = await testDatabase()
  const sandbox = options.sandbox ?? (await openSandbox(database.sandboxUrl, options.now))
  const folder = await mkdtemp(path.join(tmpdir(), "ifmatch-scene-"))
  const db = postgresClient(database.appUrl)

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
  const person = await addMember(options.own?.email ?? email)
  const connectionId = "c1" as ConnectionId
  const parts: SceneParts = {
    provider,
    person,
    connectionId,
    folder,
    databaseUrl: database.appUrl,
    keyEncryptionKey: randomBytes(32).toString("base64"),
    sandboxUrl: sandbox.url,
    accessToken: await sandbox.token(provider, email),
    times: { ...INTENT_TIMES, ...options.times },
    startsAt: options.now ?? SANDBOX_NOW,
  }
  const { deps, account } = sceneDeps(parts, db, options.own)

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
    parts,
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
    writes: async (mark) => (await sandbox.journal(mark)).filter(isWrite),
    settled: () => slotChecksDone(database.appUrl, deps),
    async close() {
      await db.$disconnect()
      await sandbox.close()
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
