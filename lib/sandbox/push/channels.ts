import type { Query, SandboxProvider } from "../store/database"

/** A Google notification channel or a Graph subscription. */
export interface Channel {
  readonly id: string
  readonly provider: SandboxProvider
  readonly email: string
  readonly calendarId: string
  /** Google: the opaque resource id. Graph: the resource as it was asked for. */
  readonly resource: string
  readonly address: string
  readonly lifecycleAddress: string | null
  /** Google: the channel's token. Graph: `clientState`. */
  readonly secret: string | null
  readonly changeTypes: string
  readonly expiresAt: Date
  /** Writes up to this version have been told of. */
  readonly notifiedVersion: number
  readonly messageNumber: number
}

const COLUMNS = `c.id, c.provider, c.email, c.calendar_id as "calendarId", c.resource, c.address, c.lifecycle_address as "lifecycleAddress",
  c.secret, c.change_types as "changeTypes", c.expires_at as "expiresAt", c.notified_version as "notifiedVersion", c.message_number as "messageNumber"`

/** @returns false when the id is taken. */
export async function insertChannel(
  query: Query,
  channel: Omit<Channel, "notifiedVersion" | "messageNumber">,
): Promise<boolean> {
  const rows = await query(
    `insert into channels (id, provider, email, calendar_id, resource, address, lifecycle_address, secret, change_types, expires_at, notified_version)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce(max(version), 0) from events where calendar_id = $4
     on conflict do nothing returning id`,
    [
      channel.id,
      channel.provider,
      channel.email,
      channel.calendarId,
      channel.resource,
      channel.address,
      channel.lifecycleAddress,
      channel.secret,
      channel.changeTypes,
      channel.expiresAt,
    ],
  )
  return rows.length > 0
}

export const channelsOf = (query: Query, provider: SandboxProvider, email: string): Promise<Channel[]> =>
  query<Channel>(
    `select ${COLUMNS} from channels c where provider = $1 and email = $2 and expires_at > clock_timestamp() order by id`,
    [provider, email],
  )

export async function removeChannel(
  query: Query,
  provider: SandboxProvider,
  email: string,
  id: string,
): Promise<boolean> {
  const rows = await query("delete from channels where provider = $1 and email = $2 and id = $3 returning id", [
    provider,
    email,
    id,
  ])
  return rows.length > 0
}

export const renewChannel = (query: Query, id: string, expiresAt: Date): Promise<unknown> =>
  query("update channels set expires_at = $2 where id = $1", [id, expiresAt])

/**
 * The channels whose calendar has moved since they were last told, each with `since`, the version up to which they knew.
 * Claimed by the same statement: of two deliverers one gets them.
 */
export const claimDue = (query: Query, provider: SandboxProvider): Promise<(Channel & { since: number })[]> =>
  query<Channel & { since: number }>(
    `update channels c set notified_version = due.upto, message_number = c.message_number + 1
     from (select q.id, q.notified_version as since, max(e.version) as upto from channels q
           join events e on e.calendar_id = q.calendar_id and e.version > q.notified_version
           where q.provider = $1 group by q.id, q.notified_version) due
     where c.id = due.id and c.notified_version = due.since and c.expires_at > clock_timestamp() returning ${COLUMNS}, due.since`,
    [provider],
  )
