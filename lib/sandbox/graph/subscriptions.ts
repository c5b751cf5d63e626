import { randomUUID } from "node:crypto"
import type { Subscription } from "@microsoft/microsoft-graph-types"
import { z } from "zod"
import type { EventRow } from "../calendar/event"
import { folderId } from "../calendar/ids"
import { type Channel, channelsOf, insertChannel, removeChannel, renewChannel } from "../push/channels"
import { isLoopback } from "../push/deliver"
import { Refusal } from "../refusal"
import { findCalendar, type Person } from "../store/people"
import type { World } from "../world"
import { graphEtag } from "./etag"

const SubscriptionRequest = z.object({
  changeType: z.string().regex(/^(created|updated|deleted)(,(created|updated|deleted))*$/),
  notificationUrl: z.string(),
  lifecycleNotificationUrl: z.string().nullish(),
  resource: z.string().regex(/^\/?me\/(calendars\/[^/]+\/)?events$/),
  expirationDateTime: z.iso.datetime({ offset: true }),
  clientState: z.string().max(128).nullish(),
})

/** The longest that events can be subscribed to, in minutes. */
const LONGEST_MINUTES = 10_080
const HANDSHAKE_MS = 10_000

/** `POST /subscriptions`: both addresses must prove themselves before the 201. */
export async function subscribe(world: World, person: Person, json: unknown): Promise<Subscription> {
  const parsed = SubscriptionRequest.safeParse(json)
  if (!parsed.success) throw new Refusal("invalid", z.prettifyError(parsed.error))
  const wish = parsed.data
  const calendarId = /calendars\/([^/]+)\//.exec(wish.resource)?.[1]
  const calendar = await findCalendar(
    world.db.query,
    person.email,
    calendarId ? decodeURIComponent(calendarId) : "primary",
  )
  if (!calendar) throw new Refusal("not-found")
  const expiresAt = expiry(wish.expirationDateTime)
  for (const address of [wish.notificationUrl, wish.lifecycleNotificationUrl]) if (address) await handshake(address)
  const channel = {
    id: randomUUID(),
    provider: "microsoft" as const,
    email: person.email,
    calendarId: calendar.id,
    resource: wish.resource,
    address: wish.notificationUrl,
    lifecycleAddress: wish.lifecycleNotificationUrl ?? null,
    secret: wish.clientState ?? null,
    changeTypes: wish.changeType,
    expiresAt,
  }
  await insertChannel(world.db.query, channel)
  return toSubscription({ ...channel, notifiedVersion: 0, messageNumber: 1 })
}

export async function listSubscriptions(world: World, person: Person): Promise<Subscription[]> {
  return (await channelsOf(world.db.query, "microsoft", person.email)).map(toSubscription)
}

export async function renewSubscription(
  world: World,
  person: Person,
  id: string,
  json: unknown,
): Promise<Subscription> {
  const parsed = z.object({ expirationDateTime: z.iso.datetime({ offset: true }) }).safeParse(json)
  if (!parsed.success) throw new Refusal("invalid", z.prettifyError(parsed.error))
  const expiresAt = expiry(parsed.data.expirationDateTime)
  const channel = (await channelsOf(world.db.query, "microsoft", person.email)).find((each) => each.id === id)
  if (!channel) throw new Refusal("not-found")
  await renewChannel(world.db.query, id, expiresAt)
  return toSubscription({ ...channel, expiresAt })
}

export async function unsubscribe(world: World, person: Person, id: string): Promise<void> {
  if (!(await removeChannel(world.db.query, "microsoft", person.email, id))) throw new Refusal("not-found")
}

function expiry(text: string): Date {
  const at = Date.parse(text)
  if (at <= Date.now()) throw new Refusal("invalid", "Subscription expiration must be in the future.")
  if (at > Date.now() + LONGEST_MINUTES * 60_000)
    throw new Refusal("invalid", `Subscription expiration can only be ${LONGEST_MINUTES} minutes in the future.`)
  return new Date(at)
}

/** The receiver answers 200 text/plain with the decoded token, within 10 s. @throws {Refusal} invalid */
async function handshake(address: string): Promise<void> {
  const failed = new Refusal("invalid", "Subscription validation request failed.")
  if (!isLoopback(address)) throw failed
  const token = `Validation: Testing client application reachability for subscription Request-Id: ${randomUUID()}`
  const url = new URL(address)
  url.searchParams.set("validationToken", token)
  const response = await fetch(url, {
    method: "POST",
    signal: AbortSignal.timeout(HANDSHAKE_MS),
    headers: { "content-type": "text/plain" },
  }).catch(() => {
    throw failed
  })
  const plain = response.headers.get("content-type")?.startsWith("text/plain") ?? false
  if (response.status !== 200 || !plain || (await response.text()) !== token) throw failed
}

const toSubscription = (channel: Channel): Subscription => ({
  id: channel.id,
  resource: channel.resource,
  changeType: channel.changeTypes,
  notificationUrl: channel.address,
  lifecycleNotificationUrl: channel.lifecycleAddress,
  expirationDateTime: channel.expiresAt.toISOString(),
  clientState: channel.secret,
})

const TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"

/** One message for all that changed, or none when it is nothing that was subscribed to. */
export function graphNotification(channel: Channel, rows: readonly EventRow[]): Request | null {
  const wanted = channel.changeTypes.split(",")
  const value = rows
    .map((row) => ({ row, changeType: changeOf(row) }))
    .filter(({ changeType }) => wanted.includes(changeType))
    .map(({ row, changeType }) => {
      const resource = `Users/${channel.email}/Events/${folderId(row.id)}`
      const etag = graphEtag(row.calendarId, row.version)
      const resourceData = {
        "@odata.type": "#Microsoft.Graph.Event",
        "@odata.id": resource,
        "@odata.etag": etag,
        id: folderId(row.id),
      }
      return { ...envelope(channel), changeType, resource, resourceData }
    })
  return value.length === 0 ? null : post(channel.address, { value })
}

export type Lifecycle = "reauthorizationRequired" | "subscriptionRemoved" | "missed"

/** What Graph says of a subscription itself; null when it was given no address for that. */
export const lifecycleNotification = (channel: Channel, lifecycleEvent: Lifecycle): Request | null =>
  channel.lifecycleAddress === null
    ? null
    : post(channel.lifecycleAddress, { value: [{ ...envelope(channel), lifecycleEvent }] })

const envelope = (channel: Channel) => ({
  subscriptionId: channel.id,
  subscriptionExpirationDateTime: channel.expiresAt.toISOString(),
  clientState: channel.secret,
  tenantId: TENANT,
})

const changeOf = (row: EventRow): "created" | "updated" | "deleted" =>
  row.deleted ? "deleted" : row.version === row.createdMicros ? "created" : "updated"

const post = (address: string, body: unknown): Request =>
  new Request(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })
