import { googleSync } from "../adapters/google/sync"
import { graphileJobs } from "../adapters/jobs/queue"
import { microsoftSync } from "../adapters/microsoft/sync"
import { postgresIdentityStore } from "../adapters/postgres/identity-store"
import { postgresSyncStore } from "../adapters/postgres/sync-store"
import type { CalendarSync } from "../ports/calendar-sync"
import type { FollowedCalendar } from "../ports/jobs"
import { type SyncDeps, type SyncEnd, syncCalendar } from "../server/sync-calendar"
import type { WorkDeps } from "../server/work"
import type { Scene } from "./scene"
import { stageOf } from "./stage"

export type SceneSync = SyncDeps & Omit<WorkDeps, "log">

/** What follows the calendars of a scene: the real adapters, store and queue. @param pushOrigin where the sandbox can reach somebody */
export function syncDepsOf(scene: Scene, pushOrigin: string | null = null): SceneSync {
  const { provider, person, connectionId, parts, db, deps } = scene
  const account = { connectionId, accessToken: async () => parts.accessToken, now: deps.clock.now }
  const sync: CalendarSync =
    provider === "google"
      ? googleSync({ ...account, rootUrl: `${parts.sandboxUrl}/` })
      : microsoftSync({
          ...account,
          accountEmail: person.email,
          timeZone: person.timeZone,
          baseUrl: `${parts.sandboxUrl}/graph`,
        })
  return {
    ...deps,
    identities: postgresIdentityStore(db),
    sync: postgresSyncStore(db, deps.audit),
    syncs: { open: async (_, userId, id) => (userId === person.userId && id === connectionId ? sync : null) },
    jobs: graphileJobs((sql, ...values) => db.$executeRawUnsafe(sql, ...values)),
    pollMs: 300_000,
    pushOrigin,
  }
}

/** The primary calendar of a scene, followed from here on. */
export async function followed(scene: Scene, deps: SceneSync): Promise<FollowedCalendar> {
  const { workspaceId, userId } = scene.person
  const { connectionId, provider, db } = scene
  const row = { workspaceId, id: connectionId, userId, provider, providerAccountId: "x", email: scene.person.email }
  const secret = { scopes: "", accessToken: "", accessExpiresAt: new Date() }
  await db.connection.createMany({ data: [{ ...row, ...secret }], skipDuplicates: true })
  const calendarId = await stageOf(scene).primary()
  await deps.sync.follow({ workspaceId, userId, connectionId }, [calendarId])
  return { workspaceId, userId, connectionId, calendarId }
}

export async function synced(
  deps: SyncDeps,
  calendar: FollowedCalendar,
): Promise<Extract<SyncEnd, { kind: "synced" }>> {
  const end = await syncCalendar(deps, calendar)
  if (end.kind !== "synced") throw new Error(`not synced: ${JSON.stringify(end)}`)
  return end
}
