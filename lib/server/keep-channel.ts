import "server-only"
import { randomBytes } from "node:crypto"
import { tokenHash } from "../domain/token-hash"
import type { CalendarSyncs } from "../ports/calendars"
import type { Ids } from "../ports/ids"
import type { FollowedCalendar } from "../ports/jobs"
import type { StoredChannel, SyncStore } from "../ports/sync-store"

export interface ChannelDeps {
  readonly sync: SyncStore
  readonly syncs: CalendarSyncs
  readonly ids: Ids
  /** Where providers can reach us, without a path; null when they cannot: then there is the poll. */
  readonly pushOrigin: string | null
}

/** Within what both providers grant (Google a week; Graph 4,230 minutes at the least). */
const TTL_MS = 2 * 86_400_000
/** A new one is opened so long before the old one ends: nobody renews them by themselves. */
const OVERLAP_MS = 6 * 3_600_000

/**
 * Sees to it that a calendar's provider calls us: opens a channel where none is good for another while, and only then closes those before it, so that there is
 * no moment without one. The token carries the workspace, so that a call finds its channel by key; only its hash is kept.
 */
export async function keepChannel(deps: ChannelDeps, calendar: FollowedCalendar, provider: string): Promise<void> {
  if (deps.pushOrigin === null) return
  const known = await deps.sync.channelsOf(calendar)
  if (known.some((channel) => isGood(channel))) return
  const sync = await deps.syncs.open(calendar.workspaceId, calendar.userId, calendar.connectionId)
  if (!sync?.channels) return
  const secret = `${calendar.workspaceId}.${randomBytes(32).toString("base64url")}`
  const id = deps.ids.uuid()
  // before the provider is asked: it may call before it answers
  await deps.sync.channelOpening(calendar, id, tokenHash(secret))
  const address = `${deps.pushOrigin}/api/webhooks/${provider}`
  const opened = await sync.channels.open(calendar.calendarId, { id, address, secret, ttlMs: TTL_MS })
  if (opened.kind !== "opened") return deps.sync.channelClosed(calendar.workspaceId, id)
  await deps.sync.channelOpened(calendar.workspaceId, id, opened.channel)
  for (const old of known) await closeChannel(deps, calendar.userId, old)
}

function isGood({ expiresAt }: StoredChannel): boolean {
  return expiresAt !== null && Date.parse(expiresAt) > Date.now() + OVERLAP_MS
}

/** Ends all channels of an account, as far as its provider can be asked; what is left there ends by itself and is not listened to. */
export async function closeChannels(
  deps: Pick<ChannelDeps, "sync" | "syncs">,
  account: Omit<FollowedCalendar, "calendarId">,
): Promise<void> {
  for (const channel of await deps.sync.channelsOf(account)) await closeChannel(deps, account.userId, channel)
}

async function closeChannel(
  deps: Pick<ChannelDeps, "sync" | "syncs">,
  userId: string,
  channel: StoredChannel,
): Promise<void> {
  const { expiresAt, channelId, resourceId, workspaceId } = channel
  if (expiresAt !== null) {
    const sync = await deps.syncs.open(workspaceId, userId, channel.connectionId)
    await sync?.channels?.close({ channelId, resourceId, expiresAt })
  }
  await deps.sync.channelClosed(workspaceId, channel.id)
}
