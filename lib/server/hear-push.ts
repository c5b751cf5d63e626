import "server-only"
import { timingSafeEqual } from "node:crypto"
import { tokenHash } from "../domain/token-hash"
import type { Jobs } from "../ports/jobs"
import type { StoredChannel, SyncStore } from "../ports/sync-store"

/** What a provider's call says of itself. Nothing of it is believed but the secret; it is never more than "look again". */
export interface Call {
  /** Google's channel token, Graph's clientState. */
  readonly token: string
  /** The channel or subscription it says it is. */
  readonly channelId: string
  /** Graph: the subscription is no longer there, another has to be opened. */
  readonly ended: boolean
}

/**
 * Orders a re-read of the calendar that a call is about. Unknown tokens, and tokens of other channels, order nothing.
 * @returns whether it was one of ours
 */
export async function hearPush(
  { sync, jobs }: { readonly sync: SyncStore; readonly jobs: Jobs },
  { token, channelId, ended }: Call,
): Promise<boolean> {
  const [workspaceId, random] = token.split(".")
  if (!workspaceId || !random || token.length > 128) return false
  const hash = tokenHash(token)
  const channel = await sync.findChannel(workspaceId, hash)
  if (!channel || !equal(channel.tokenHash, hash) || !isItself(channel, channelId) || channel.userId === "")
    return false
  if (ended) await sync.channelClosed(workspaceId, channel.id)
  const { connectionId, calendarId, userId } = channel
  await jobs.enqueue("sync-calendar", { workspaceId, userId, connectionId, calendarId })
  return true
}

/** Google knows a channel by the id we gave it, from the first call on; Graph by its own, which we learn with its answer. */
const isItself = (channel: StoredChannel, channelId: string): boolean =>
  channelId === channel.id || channelId === channel.channelId || channel.expiresAt === null

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
