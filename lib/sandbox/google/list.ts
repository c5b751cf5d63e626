import type { calendar_v3 } from "googleapis"
import { z } from "zod"
import type { EventRow, Target } from "../calendar/event"
import { occurrences } from "../calendar/expand"
import { asRow, expandedInTime, goneInstances, kindOf, versionRow } from "../calendar/find"
import { type CalendarRange, overlaps } from "../calendar/range"
import { decodeToken, encodeToken, pageOf } from "../http/paging"
import { Refusal } from "../refusal"
import { newestVersion, rowsInTime, rowsSince } from "../store/events"
import type { CalendarRow } from "../store/people"
import { syncEpoch } from "../sync-epoch"
import type { World } from "../world"
import { type Reader, toResource } from "./resource"

const flag = z.enum(["true", "false"]).transform((value) => value === "true")
const instant = z.iso.datetime({ offset: true }).transform((value) => Date.parse(value))
const several = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat())

export const ListParams = z.object({
  singleEvents: flag.optional(),
  showDeleted: flag.optional(),
  orderBy: z.enum(["startTime", "updated"]).optional(),
  timeMin: instant.optional(),
  timeMax: instant.optional(),
  updatedMin: instant.optional(),
  maxResults: z.coerce
    .number()
    .int()
    .min(1)
    .transform((n) => Math.min(n, 2500))
    .optional(),
  pageToken: z.string().optional(),
  syncToken: z.string().optional(),
  iCalUID: z.string().optional(),
  q: z.string().optional(),
  timeZone: z.string().optional(),
  privateExtendedProperty: several.optional(),
  sharedExtendedProperty: several.optional(),
})
export type ListParams = z.infer<typeof ListParams>

const NOT_WITH_SYNC = [
  "iCalUID",
  "orderBy",
  "q",
  "timeMin",
  "timeMax",
  "updatedMin",
  "privateExtendedProperty",
  "sharedExtendedProperty",
] as const

const SyncToken = z.object({
  since: z.number(),
  epoch: z.number(),
  single: z.boolean(),
  fromMs: z.number().nullable(),
  toMs: z.number().nullable(),
})
type SyncToken = z.infer<typeof SyncToken>

const YEAR_MS = 366 * 86_400_000

/** @throws {Refusal} invalid for what Google answers with 400. */
export function readListParams(query: Record<string, string[]>): ListParams {
  const single = Object.entries(query).map(([name, values]) => [name, values.length > 1 ? values : values[0]])
  const parsed = ListParams.safeParse(Object.fromEntries(single))
  if (!parsed.success) throw new Refusal("invalid", z.prettifyError(parsed.error))
  const params = parsed.data
  if (params.orderBy === "startTime" && !params.singleEvents)
    throw new Refusal("invalid", "orderBy=startTime needs singleEvents")
  if (params.timeMin !== undefined && params.timeMax !== undefined && params.timeMin >= params.timeMax)
    throw new Refusal("empty-time-range")
  if (
    params.syncToken !== undefined &&
    (NOT_WITH_SYNC.some((name) => params[name] !== undefined) || params.showDeleted === false)
  )
    throw new Refusal("invalid", "parameters that syncToken does not go with")
  return params
}

/** `events.list`. The last page alone carries `nextSyncToken`. */
export async function listEvents(
  world: World,
  calendar: CalendarRow,
  reader: Reader,
  params: ListParams,
): Promise<calendar_v3.Schema$Events> {
  // before what is listed: a change between the two is told again, never left out
  const [newest, epoch] = await Promise.all([
    newestVersion(world.db.query, calendar.id),
    syncEpoch(world.db.query, "google"),
  ])
  const sync = params.syncToken === undefined ? null : readSyncToken(params.syncToken, epoch)
  const targets = sync ? await changedSince(world, calendar, sync) : await matching(world, calendar, params)
  const offset =
    params.pageToken === undefined ? 0 : z.number().int().min(0).parse(decodeToken(params.pageToken, "invalid"))
  const page = pageOf(targets, offset, Math.min(params.maxResults ?? 250, world.switches.pageSize ?? Infinity))
  const token: SyncToken = sync
    ? { ...sync, since: newest }
    : {
        since: newest,
        epoch,
        single: params.singleEvents ?? false,
        fromMs: params.timeMin ?? null,
        toMs: params.timeMax ?? null,
      }
  return {
    kind: "calendar#events",
    etag: `"p${newest}"`,
    summary: calendar.name,
    updated: new Date(newest / 1000).toISOString(),
    timeZone: reader.timeZone,
    accessRole: calendar.role,
    defaultReminders: calendar.role === "owner" ? [{ method: "popup", minutes: 10 }] : [],
    ...(page.nextOffset === null ? syncable(params, token) : { nextPageToken: encodeToken(page.nextOffset) }),
    items: page.items.map((target) => toResource(target, reader)),
  }
}

/** A filtered or ordered list cannot be continued by sync. */
const syncable = (params: ListParams, token: SyncToken): { nextSyncToken?: string } =>
  params.orderBy ||
  params.q ||
  params.iCalUID ||
  params.updatedMin !== undefined ||
  params.privateExtendedProperty ||
  params.sharedExtendedProperty
    ? {}
    : { nextSyncToken: encodeToken(token) }

function readSyncToken(text: string, epoch: number): SyncToken {
  const parsed = SyncToken.safeParse(decodeToken(text, "sync-token-expired"))
  if (!parsed.success || parsed.data.epoch < epoch) throw new Refusal("sync-token-expired")
  return parsed.data
}

async function matching(world: World, calendar: CalendarRow, params: ListParams): Promise<Target[]> {
  const showDeleted = params.showDeleted ?? params.updatedMin !== undefined
  const range = rangeOf(world, calendar, params.timeMin, params.timeMax)
  const targets = params.singleEvents
    ? await expandedInTime(world.db.query, calendar.id, range, showDeleted)
    : await unexpanded(world, calendar, range, showDeleted)
  const kept = targets.filter((target) => passes(target, params))
  return params.orderBy === "updated"
    ? kept.sort((a, b) => versionRow(a).updatedMicros - versionRow(b).updatedMicros)
    : kept
}

const rangeOf = (world: World, { timeZone }: CalendarRow, fromMs?: number, toMs?: number): CalendarRange => {
  const from = fromMs ?? world.clock.now() - 10 * YEAR_MS
  // Series without an end have to stop somewhere, as they do at Google.
  return { fromMs: from, timeZone, toMs: toMs ?? Math.max(from, world.clock.now()) + 2 * YEAR_MS }
}

async function unexpanded(
  world: World,
  calendar: CalendarRow,
  range: CalendarRange,
  showDeleted: boolean,
): Promise<Target[]> {
  const rows = await rowsInTime(world.db.query, calendar.id, range.fromMs, range.toMs)
  const inRange = ({ content }: EventRow): boolean =>
    content.recurrence.length === 0
      ? overlaps(content, range)
      : occurrences(content, range.fromMs, range.toMs).some((each) => overlaps(each, range))
  // Cancelled instances are part of what a series is, so they come along with it.
  return rows
    .filter((row) => (showDeleted || !row.deleted || row.masterId !== null) && inRange(row))
    .map((row): Target => ({ kind: kindOf(row), row }))
}

function passes(target: Target, params: ListParams): boolean {
  const { content, own, uid, updatedMicros } = asRow("google", target)
  const words = `${content.summary} ${content.description} ${content.location}`.toLowerCase()
  const holds = (properties: Readonly<Record<string, string>>) => (constraint: string) => {
    const [name = "", ...value] = constraint.split("=")
    return properties[name] === value.join("=")
  }
  return (
    (params.iCalUID === undefined || uid === params.iCalUID) &&
    (params.q === undefined || words.includes(params.q.toLowerCase())) &&
    (params.updatedMin === undefined || updatedMicros / 1000 >= params.updatedMin) &&
    (params.privateExtendedProperty ?? []).every(holds(own.privateProperties)) &&
    (params.sharedExtendedProperty ?? []).every(holds(own.sharedProperties))
  )
}

/**
 * What changed since a token, deleted things too. Taken apart, a changed series stands for its instances: those it has, and as cancelled those it has no more
 * (as clients report of it: googleapis/google-api-ruby-client issue 860).
 */
async function changedSince(world: World, calendar: CalendarRow, token: SyncToken): Promise<Target[]> {
  const { query } = world.db
  const rows = await rowsSince(query, calendar.id, token.since)
  if (!token.single) return rows.map((row): Target => ({ kind: kindOf(row), row }))
  const range = rangeOf(world, calendar, token.fromMs ?? undefined, token.toMs ?? undefined)
  const gone = await goneInstances(query, rows, token.since, range)
  const series = new Set(rows.filter((row) => kindOf(row) === "series" && !row.deleted).map((row) => row.id))
  const expanded = series.size === 0 ? [] : await expandedInTime(query, calendar.id, range, true)
  return [
    ...rows.flatMap((row): Target[] => (kindOf(row) === "series" ? [] : [{ kind: kindOf(row), row }])),
    ...expanded.filter((target) => target.kind === "occurrence" && series.has(target.master.id)),
    ...gone,
  ]
}
