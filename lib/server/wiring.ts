import "server-only"
import path from "node:path"
import { caldavCalendars } from "../adapters/caldav/adapter"
import { caldavDiscovery } from "../adapters/caldav/discover"
import { caldavSync } from "../adapters/caldav/sync"
import { systemClock } from "../adapters/clock"
import { fileCheckpoints } from "../adapters/files/outside-checkpoints"
import { googleCalendars } from "../adapters/google/adapter"
import { googleSync } from "../adapters/google/sync"
import { randomIds } from "../adapters/ids"
import { graphileJobs, ORDERS } from "../adapters/jobs/queue"
import { startWorker, type Workers } from "../adapters/jobs/worker"
import { microsoftCalendars } from "../adapters/microsoft/adapter"
import { microsoftSync } from "../adapters/microsoft/sync"
import { signInRoutes } from "../adapters/next-auth/sign-in-routes"
import { calendarOAuth } from "../adapters/oauth/calendar-oauth"
import { checkHost } from "../adapters/outside-request"
import { pinoLog } from "../adapters/pino/log"
import { grammarPlanner } from "../adapters/planner-grammar/planner"
import { keylessPlanner, llmPlanner } from "../adapters/planner-llm/planner"
import { postgresAgentKeys } from "../adapters/postgres/agent-keys"
import { postgresAgentList } from "../adapters/postgres/agent-list"
import { postgresAssistantStore } from "../adapters/postgres/assistant-store"
import { postgresAuditLog } from "../adapters/postgres/audit-log"
import { postgresAvailabilityStore } from "../adapters/postgres/availability-store"
import { askingTogether } from "../adapters/postgres/booking-ask"
import { postgresBookingEvents } from "../adapters/postgres/booking-events"
import { postgresBookingSetup } from "../adapters/postgres/booking-setup"
import { postgresBookingStore } from "../adapters/postgres/booking-store"
import { postgresCalendarChoices } from "../adapters/postgres/calendar-choices"
import { postgresClaims } from "../adapters/postgres/claims"
import { postgresClient } from "../adapters/postgres/client"
import { postgresConnectionStore } from "../adapters/postgres/connection-store"
import { postgresGuardedStore } from "../adapters/postgres/guarded-store"
import { postgresIdentityStore } from "../adapters/postgres/identity-store"
import { postgresLogStore } from "../adapters/postgres/log-store"
import { postgresModelChoices } from "../adapters/postgres/model-choices"
import { postgresRaceTrack } from "../adapters/postgres/race-track"
import { postgresReadiness } from "../adapters/postgres/readiness"
import { postgresRecordClaims } from "../adapters/postgres/record-claims"
import { postgresRecordStore } from "../adapters/postgres/record-store"
import { postgresSealedEvents } from "../adapters/postgres/sealed-events"
import { postgresSealedTexts } from "../adapters/postgres/sealed-texts"
import { postgresSyncStore } from "../adapters/postgres/sync-store"
import { postgresWebhookStore } from "../adapters/postgres/webhook-store"
import { postgresMemberStore } from "../adapters/postgres/workspace-store"
import { checkpointSigner } from "../adapters/vault/checkpoint-signer"
import { vault as makeVault } from "../adapters/vault/vault"
import { webhookSender } from "../adapters/webhooks/sender"
import { env } from "../config/env"
import { modelSettings } from "../config/model-settings"
import { providerClients } from "../config/provider-clients"
import type { Person } from "../domain/person"
import { INTENT_TIMES } from "../domain/protocol/intent"
import type { AgentKeys } from "../ports/agent-keys"
import type { AgentList } from "../ports/agent-list"
import type { AssistantStore } from "../ports/assistant-store"
import type { AuditLog } from "../ports/audit-log"
import type { AvailabilityStore } from "../ports/availability-rules"
import type { BookingEvents } from "../ports/booking-events"
import type { BookingSetup } from "../ports/booking-setup"
import type { BookingStore } from "../ports/booking-store"
import type { DiscoverCaldav } from "../ports/caldav-discovery"
import type { CalendarChoices } from "../ports/calendar-choices"
import type { CalendarSyncs, Calendars } from "../ports/calendars"
import type { CheckpointSigner, OutsideCheckpoints } from "../ports/checkpoints"
import type { Claims } from "../ports/claims"
import type { Clock } from "../ports/clock"
import type { ConnectionStore } from "../ports/connection-store"
import type { GuardedStore } from "../ports/guarded-store"
import type { IdentityStore } from "../ports/identity-store"
import type { Ids } from "../ports/ids"
import type { Jobs } from "../ports/jobs"
import type { Log } from "../ports/log"
import type { LogStore } from "../ports/log-store"
import type { MemberStore } from "../ports/member-store"
import type { ModelChoices } from "../ports/model-choices"
import type { Planner } from "../ports/planner"
import type { RaceTrack } from "../ports/race-track"
import type { Readiness } from "../ports/readiness"
import type { RecordClaims } from "../ports/record-claims"
import type { RecordStore } from "../ports/record-store"
import type { SealedEvents } from "../ports/sealed-events"
import type { SealedTexts } from "../ports/sealed-texts"
import type { SyncStore } from "../ports/sync-store"
import type { Vault } from "../ports/vault"
import type { WebhookSender } from "../ports/webhook-sender"
import type { WebhookStore } from "../ports/webhook-store"
import { accessTokens } from "./access-token"
import { type CalendarNeeds, connectedCalendars, connectedSyncs, type OpenProvider } from "./calendars"
import { loginSealed } from "./connect-caldav"
import { once, oncePerProcess } from "./once"
import { type Planners, plannerOf } from "./planner-of"
import { type RecallMemory, recallMemory } from "./recall-memory"
import { recallingCalendars } from "./recalled-calendars"
import { cookieName, isSecure } from "./session-cookie"
import { signInRules } from "./sign-in"

/*
 * The only composition root: one function a dependency, each built when it is first asked for, because a build loads route modules without an
 * environment. Use cases name what they need (`{ members, audit }: { members: MemberStore; audit: AuditLog }`) and are called with `wired`.
 */

const database = oncePerProcess("database", () => postgresClient(env().DATABASE_URL))
const clock = oncePerProcess("clock", () => systemClock(env().IFMATCH_CLOCK))
const log = oncePerProcess("log", () => pinoLog(env().LOG_LEVEL))
const vault = once(() =>
  makeVault({ current: { id: env().IFMATCH_KEK_ID, key: env().IFMATCH_KEK }, retired: env().IFMATCH_KEKS_OLD }),
)
const audit = once(() => postgresAuditLog(database(), vault()))
const readiness = once(() => postgresReadiness(database(), path.join(process.cwd(), "prisma", "migrations")))
const identities = once(() => postgresIdentityStore(database()))
const members = once(() => postgresMemberStore(database()))
const connections = once(() => postgresConnectionStore(database()))
const claims = once(() => postgresClaims(database()))
const choices = once(() => postgresCalendarChoices(database(), audit()))
const oauths = once(
  () => new Map(clients().map((client) => [client.id as string, { id: client.id, oauth: calendarOAuth(client) }])),
)
const tokens = once(() => accessTokens(wired))
const recalled = oncePerProcess("recalled", () => recallMemory(clock()))
const calendars = once(() => {
  const connected = connectedCalendars({
    connections: connections(),
    choices: choices(),
    accessToken: tokens(),
    providers: providers(),
    clock: clock(),
  })
  return recallingCalendars(connected, syncs(), recalled())
})
const caldavHosts = () => ({ allowPrivateHosts: env().IFMATCH_CALDAV_PRIVATE_HOSTS === "1" })
const caldavAccount = ({ scopes, accessToken }: Pick<Parameters<OpenProvider>[0], "scopes" | "accessToken">) => ({
  ...caldavHosts(),
  serverUrl: scopes,
  credentials: async () => loginSealed(await accessToken()),
})
const providers = once((): CalendarNeeds["providers"] => {
  const now = () => clock().now()
  const sandbox = env().SANDBOX_URL
  return {
    google: (account) => googleCalendars({ ...account, now, ...(sandbox ? { rootUrl: `${sandbox}/` } : {}) }),
    microsoft: (account) =>
      microsoftCalendars({ ...account, now, ...(sandbox ? { baseUrl: `${sandbox}/graph` } : {}) }),
    caldav: (account) => caldavCalendars({ ...account, ...caldavAccount(account), now }),
  }
})
const syncs = once((): CalendarSyncs => {
  const now = () => clock().now()
  const sandbox = env().SANDBOX_URL
  return connectedSyncs({
    connections: connections(),
    accessToken: tokens(),
    syncs: {
      google: (account) => googleSync({ ...account, now, ...(sandbox ? { rootUrl: `${sandbox}/` } : {}) }),
      microsoft: (account) => microsoftSync({ ...account, now, ...(sandbox ? { baseUrl: `${sandbox}/graph` } : {}) }),
      caldav: (account) => caldavSync({ ...account, ...caldavAccount(account), now }),
    },
  })
})
const sync = once(() => postgresSyncStore(database(), audit()))
const jobs = once(() => graphileJobs((sql, ...values) => database().$executeRawUnsafe(sql, ...values)))
const bookings = once(() => postgresBookingStore(database(), askingTogether(database())))
const bookingEvents = once(() => postgresBookingEvents(database(), audit()))
const bookingSetup = once(() => postgresBookingSetup(database(), audit()))
const agentKeys = once(() => postgresAgentKeys(database(), audit()))
const availability = once(() => postgresAvailabilityStore(database(), audit()))
const webhooks = once(() => postgresWebhookStore(database(), audit()))
/** What addresses that people write into our pages may name. */
const strangersHosts = () => (env().IFMATCH_WEBHOOK_LOOPBACK === "1" ? ("loopback" as const) : ("public" as const))
const sender = once(() => webhookSender({ hosts: strangersHosts(), now: () => clock().now() }))
const records = once(() => postgresRecordStore(database()))
const recordClaims = once(() => postgresRecordClaims(database()))
const store = once(() => postgresAssistantStore(database(), audit()))
const guarded = once(() => postgresGuardedStore(database(), audit(), ORDERS["check-slot"]))
const agentList = once(() => postgresAgentList(database(), audit()))
const raceTrack = once(() => postgresRaceTrack(database(), audit()))
const logStore = once(() => postgresLogStore(database(), audit()))
const signer = once(() => checkpointSigner(env().IFMATCH_LOG_KEY))
const outside = once(() => fileCheckpoints(path.join(env().IFMATCH_DATA, "checkpoints")))
const sealedEvents = oncePerProcess("sealed-events", () =>
  postgresSealedEvents(env().DATABASE_LISTEN_URL ?? env().DATABASE_URL),
)
const modelChoices = once(() => postgresModelChoices(database()))
const planners = once((): Planners => {
  const settings = modelSettings(env())
  return {
    grammar: grammarPlanner,
    installation: settings && {
      planner: (mayAsk) => llmPlanner({ settings, fallback: grammarPlanner, mayAsk }),
      model: `${settings.provider}/${settings.model}`,
    },
    own: (model, key, mayAsk) => {
      const bounds = { timeoutMs: env().IFMATCH_LLM_TIMEOUT_MS, hosts: strangersHosts(), price: null }
      return llmPlanner({ settings: { ...model, key, ...bounds }, fallback: grammarPlanner, mayAsk })
    },
    keyless: ({ provider, model }) => keylessPlanner(`${provider}/${model}`, grammarPlanner),
  }
})
const clients = once(() => providerClients(env()))
const signIn = once(() =>
  signInRoutes({
    clients: clients(),
    secret: env().NEXTAUTH_SECRET,
    identities: identities(),
    rules: signInRules(wired),
    log: log(),
    cookieName: (name) => cookieName(wired.origin, name),
    secureCookies: isSecure(wired.origin),
  }),
)

export const wired = {
  /** Where browsers find us, without a path. */
  get origin(): string {
    return env().NEXTAUTH_URL
  },
  /** Where the sandbox stands in for the providers; null beside real ones. */
  get sandboxUrl(): string | null {
    return env().SANDBOX_URL ?? null
  },
  ids: randomIds,
  get clock(): Clock {
    return clock()
  },
  get log(): Log {
    return log()
  },
  get vault(): Vault {
    return vault()
  },
  get audit(): AuditLog {
    return audit()
  },
  get identities(): IdentityStore {
    return identities()
  },
  get readiness(): Readiness {
    return readiness()
  },
  get members(): MemberStore {
    return members()
  },
  get connections(): ConnectionStore {
    return connections()
  },
  get claims(): Claims {
    return claims()
  },
  get choices(): CalendarChoices {
    return choices()
  },
  get sealedTexts(): SealedTexts {
    return postgresSealedTexts(database())
  },
  get calendars(): Calendars {
    return calendars()
  },
  get recalled(): RecallMemory {
    return recalled()
  },
  get syncs(): CalendarSyncs {
    return syncs()
  },
  get sync(): SyncStore {
    return sync()
  },
  get jobs(): Jobs {
    return jobs()
  },
  get pollMs(): number {
    return env().IFMATCH_POLL_SECONDS * 1_000
  },
  /** Providers call https only; the sandbox, which is on this machine, calls us as we are. */
  get pushOrigin(): string | null {
    const { NEXTAUTH_URL: origin, SANDBOX_URL: sandbox } = env()
    return sandbox || origin.startsWith("https:") ? origin : null
  },
  /** Does ordered work in this process. @returns stops it */
  startWorker: (workers: Partial<Workers>): Promise<() => Promise<void>> =>
    startWorker(env().DATABASE_LISTEN_URL ?? env().DATABASE_URL, workers, log()),
  get worksHere(): boolean {
    return env().IFMATCH_WORKER === "on"
  },
  get bookings(): BookingStore {
    return bookings()
  },
  get bookingEvents(): BookingEvents {
    return bookingEvents()
  },
  get bookingSetup(): BookingSetup {
    return bookingSetup()
  },
  get agentKeys(): AgentKeys {
    return agentKeys()
  },
  get availability(): AvailabilityStore {
    return availability()
  },
  get webhooks(): WebhookStore {
    return webhooks()
  },
  get webhookSender(): WebhookSender {
    return sender()
  },
  get records(): RecordStore {
    return records()
  },
  get recordClaims(): RecordClaims {
    return recordClaims()
  },
  get store(): AssistantStore {
    return store()
  },
  get guarded(): GuardedStore {
    return guarded()
  },
  get modelChoices(): ModelChoices {
    return modelChoices()
  },
  get planners(): Planners {
    return planners()
  },
  plannerOf: ({ workspaceId, userId }: Person): Promise<Planner> =>
    plannerOf(wired, workspaceId, () => modelChoices().takeLine(workspaceId, userId)),
  modelMayBeAt: (address: string): Promise<boolean> => checkHost(address, strangersHosts()),
  times: INTENT_TIMES,
  get agentList(): AgentList {
    return agentList()
  },
  get raceTrack(): RaceTrack {
    return raceTrack()
  },
  get logStore(): LogStore {
    return logStore()
  },
  get signer(): CheckpointSigner {
    return signer()
  },
  get outside(): OutsideCheckpoints {
    return outside()
  },
  get sealedEvents(): SealedEvents {
    return sealedEvents()
  },
  get discoverCaldav(): DiscoverCaldav {
    return caldavDiscovery({ ...caldavHosts(), now: () => clock().now() })
  },
  /** Our OAuth client at a provider; null for one that is not set up. */
  oauthOf: (provider: string) => oauths().get(provider) ?? null,
  get signInRoutes(): (request: Request) => Promise<Response | null> {
    return signIn()
  },
} satisfies { readonly ids: Ids } & Record<string, unknown>

/** For programs that end by themselves; a server never calls it. */
export async function closeWiring(): Promise<void> {
  await sealedEvents().close()
  await database().$disconnect()
}
