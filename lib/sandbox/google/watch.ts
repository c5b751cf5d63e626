import { createHash } from "node:crypto"
import type { calendar_v3 } from "googleapis"
import { z } from "zod"
import { type Channel, channelsOf, insertChannel, removeChannel } from "../push/channels"
import { isLoopback, send } from "../push/deliver"
import { Refusal } from "../refusal"
import type { CalendarRow } from "../store/people"
import type { World } from "../world"

const WatchRequest = z.object({
  id: z.string().regex(/^[A-Za-z0-9\-_+/=]{1,64}$/),
  type: z.enum(["web_hook", "webhook"]),
  address: z.string(),
  token: z.string().max(256).nullish(),
  expiration: z.coerce.number().nullish(),
  params: z.object({ ttl: z.coerce.number() }).nullish(),
})

const WEEK_MS = 7 * 86_400_000

/** `events.watch`. The first message, `sync`, is sent before the answer: clients must bear that. */
export async function watchEvents(
  world: World,
  email: string,
  calendar: CalendarRow,
  json: unknown,
): Promise<calendar_v3.Schema$Channel> {
  const parsed = WatchRequest.safeParse(json)
  if (!parsed.success) throw new Refusal("invalid", z.prettifyError(parsed.error))
  const { id, address, token, expiration, params } = parsed.data
  if (!isLoopback(address)) throw new Refusal("invalid", "address")
  const longestMs = Math.min(params?.ttl ? params.ttl * 1000 : WEEK_MS, WEEK_MS)
  const channel = {
    id,
    provider: "google" as const,
    email,
    calendarId: calendar.id,
    resource: createHash("sha256").update(calendar.id).digest("base64url").slice(0, 27),
    address,
    lifecycleAddress: null,
    secret: token ?? null,
    changeTypes: "",
    expiresAt: new Date(Math.min(expiration ?? Number.POSITIVE_INFINITY, Date.now() + longestMs)),
  }
  if (!(await insertChannel(world.db.query, channel))) throw new Refusal("duplicate-id")
  await send(googleNotification({ ...channel, notifiedVersion: 0, messageNumber: 1 }, "sync"))
  return {
    kind: "api#channel",
    id,
    resourceId: channel.resource,
    resourceUri: resourceUri(calendar.id),
    ...(token ? { token } : {}),
    expiration: String(channel.expiresAt.getTime()),
  }
}

/** `channels.stop`: both ids must be the channel's. */
export async function stopChannel(world: World, email: string, json: unknown): Promise<void> {
  const parsed = z.object({ id: z.string(), resourceId: z.string() }).safeParse(json)
  if (!parsed.success) throw new Refusal("required", "Required")
  const { id, resourceId } = parsed.data
  const known = (await channelsOf(world.db.query, "google", email)).some(
    (each) => each.id === id && each.resource === resourceId,
  )
  if (!known || !(await removeChannel(world.db.query, "google", email, id))) throw new Refusal("not-found")
}

/** A message without a body and without a signature: the token alone says that it is ours. */
export function googleNotification(channel: Channel, state: "sync" | "exists"): Request {
  const headers = {
    "x-goog-channel-id": channel.id,
    ...(channel.secret === null ? {} : { "x-goog-channel-token": channel.secret }),
    "x-goog-channel-expiration": channel.expiresAt.toUTCString(),
    "x-goog-resource-id": channel.resource,
    "x-goog-resource-uri": resourceUri(channel.calendarId),
    "x-goog-resource-state": state,
    "x-goog-message-number": String(channel.messageNumber),
  }
  return new Request(channel.address, { method: "POST", headers })
}

const resourceUri = (calendarId: string): string =>
  `https://www.googleapis.com/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events?alt=json`
