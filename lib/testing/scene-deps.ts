import { generateKeyPairSync } from "node:crypto"
import { fileCheckpoints } from "../adapters/files/outside-checkpoints"
import { googleCalendars } from "../adapters/google/adapter"
import { randomIds } from "../adapters/ids"
import { ORDERS } from "../adapters/jobs/queue"
import { microsoftCalendars } from "../adapters/microsoft/adapter"
import { grammarPlanner } from "../adapters/planner-grammar/planner"
import { postgresAssistantStore } from "../adapters/postgres/assistant-store"
import { postgresAuditLog } from "../adapters/postgres/audit-log"
import { postgresAvailabilityStore } from "../adapters/postgres/availability-store"
import { postgresBookingEvents } from "../adapters/postgres/booking-events"
import { postgresBookingStore } from "../adapters/postgres/booking-store"
import type { postgresClient } from "../adapters/postgres/client"
import { postgresGuardedStore } from "../adapters/postgres/guarded-store"
import { postgresLogStore } from "../adapters/postgres/log-store"
import { postgresRecordStore } from "../adapters/postgres/record-store"
import { checkpointSigner } from "../adapters/vault/checkpoint-signer"
import { vault } from "../adapters/vault/vault"
import type { ConnectionId, Provider } from "../domain/event"
import type { Person } from "../domain/person"
import type { IntentTimes } from "../domain/protocol/intent"
import type { AvailabilityStore } from "../ports/availability-rules"
import type { BookingEvents } from "../ports/booking-events"
import type { BookingStore } from "../ports/booking-store"
import type { CalendarProvider } from "../ports/calendar-provider"
import type { Calendars } from "../ports/calendars"
import type { CommitDeps } from "../server/commit-operation"
import type { SayDeps } from "../server/say"
import type { SealDeps } from "../server/seal-log"
import type { SandboxProvider } from "./sandbox"

export type SceneDeps = SayDeps &
  CommitDeps &
  SealDeps & {
    readonly availability: AvailabilityStore
    readonly bookings: BookingStore
    readonly audit: ReturnType<typeof postgresAuditLog>
    readonly bookingEvents: BookingEvents
  }

/** What the use cases of one scene are made of, as plain values: they can be handed to another process. */
export interface SceneParts {
  readonly provider: SandboxProvider
  readonly person: Person
  readonly connectionId: ConnectionId
  readonly databaseUrl: string
  /** 32 bytes, base64. */
  readonly keyEncryptionKey: string
  readonly sandboxUrl: string
  readonly accessToken: string
  readonly times: IntentTimes
  /** ISO instant at which the app's clock starts. */
  readonly startsAt: string
  /** Where checkpoints go. */
  readonly folder: string
}

/** An account elsewhere than in the sandbox. */
export interface OwnAccount {
  readonly provider: Provider
  readonly email: string
  readonly open: (connectionId: ConnectionId, now: () => number) => CalendarProvider
}

/** The real adapters over the parts of a scene. */
export function sceneDeps(
  parts: SceneParts,
  db: ReturnType<typeof postgresClient>,
  own?: OwnAccount,
): { deps: SceneDeps; account: CalendarProvider } {
  const { provider, person, connectionId } = parts
  const keys = { current: { id: "test", key: parts.keyEncryptionKey }, retired: {} }
  const audit = postgresAuditLog(db, vault(keys))
  const started = Date.parse(parts.startsAt) - performance.now()
  const clock = { now: () => started + performance.now(), monotonic: () => performance.now() }
  const account = own ? own.open(connectionId, clock.now) : accountOf(parts, clock.now)
  const mine = (userId: string) => userId === person.userId
  const connection = {
    id: connectionId,
    provider: own?.provider ?? provider,
    email: person.email,
    status: "live" as const,
  }
  const calendars: Calendars = {
    connections: async (_, userId) => (mine(userId) ? [connection] : []),
    choices: async () => [],
    open: async (_, userId, id) => (mine(userId) && id === connectionId ? account : null),
  }
  const { privateKey } = generateKeyPairSync("ed25519")
  const deps: SceneDeps = {
    clock,
    ids: randomIds,
    calendars,
    audit,
    availability: postgresAvailabilityStore(db, audit),
    bookings: postgresBookingStore(db),
    bookingEvents: postgresBookingEvents(db, audit),
    store: postgresAssistantStore(db, audit),
    records: postgresRecordStore(db),
    guarded: postgresGuardedStore(db, audit, ORDERS["check-slot"]),
    plannerOf: async () => grammarPlanner,
    times: parts.times,
    logStore: postgresLogStore(db, audit),
    signer: checkpointSigner(privateKey.export({ format: "der", type: "pkcs8" }).toString("base64")),
    outside: fileCheckpoints(parts.folder),
  }
  return { deps, account }
}

function accountOf(parts: SceneParts, now: () => number): CalendarProvider {
  const { provider, person, connectionId, sandboxUrl, accessToken } = parts
  const common = { connectionId, accessToken: async () => accessToken, now }
  if (provider === "google") return googleCalendars({ ...common, rootUrl: `${sandboxUrl}/` })
  const account = { accountEmail: person.email, timeZone: person.timeZone, baseUrl: `${sandboxUrl}/graph` }
  return microsoftCalendars({ ...common, ...account })
}
