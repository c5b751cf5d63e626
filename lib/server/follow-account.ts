import "server-only"
import type { Calendars } from "../ports/calendars"
import type { FollowedCalendar, Jobs } from "../ports/jobs"
import type { SyncStore } from "../ports/sync-store"

/** Which calendars an account has now: each is followed from here on, and those that are no longer there are forgotten. */
export async function followAccount(
  deps: { readonly calendars: Calendars; readonly sync: SyncStore; readonly jobs: Jobs },
  account: Omit<FollowedCalendar, "calendarId">,
): Promise<void> {
  const provider = await deps.calendars.open(account.workspaceId, account.userId, account.connectionId)
  const own = provider && (await provider.calendars())
  // whoever cannot be asked now is asked at a later turn (start-following)
  if (own?.kind !== "calendars") return
  const ids = own.calendars.map((calendar) => calendar.id)
  await deps.sync.follow(account, ids)
  for (const calendarId of ids) await deps.jobs.enqueue("sync-calendar", { ...account, calendarId })
}
