import { z } from "zod"
import type { EventRow, Target } from "../calendar/event"
import { asRow, expandedInTime, goneInstances, kindOf } from "../calendar/find"
import { folderId } from "../calendar/ids"
import { type CalendarRange, overlaps } from "../calendar/range"
import { decodeToken, encodeToken, pageOf } from "../http/paging"
import { Refusal } from "../refusal"
import { newestVersion, rowsSince } from "../store/events"
import type { CalendarRow } from "../store/people"
import { syncEpoch } from "../sync-epoch"
import type { World } from "../world"
import { GRAPH } from "./query"
import { type GraphEvent, type Reader, toResource } from "./resource"

/** Carried in `$skiptoken` (there is more) and `$deltatoken` (come back later). */
const Token = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  since: z.number().nullable(),
  epoch: z.number(),
  upto: z.number(),
  offset: z.number(),
})
type Token = z.infer<typeof Token>

/** An item that is made when its page is: the others of a large calendar would be made for nothing with each page. */
type Item = () => GraphEvent | Removed
type Removed = { readonly id: string; readonly "@removed": { readonly reason: "deleted" | "changed" } }

const PAGE = 50

/** `calendarView/delta`: everything in the window at first, then what changed. @throws {Refusal} required, invalid, sync-token-expired */
export async function delta(
  world: World,
  calendar: CalendarRow,
  reader: Reader,
  url: string,
): Promise<Record<string, unknown>> {
  const params = new URL(url).searchParams
  if (["$select", "$filter", "$orderby", "$search"].some((name) => params.has(name)))
    throw new Refusal("invalid", "not with delta")
  const token = await tokenOf(world, calendar, params)
  const items =
    token.since === null
      ? await whole(world, calendar, reader, token)
      : await changes(world, calendar, reader, token, token.since)
  const page = pageOf(items, token.offset, reader.prefer.maxPageSize ?? PAGE)
  const path = `${GRAPH}${new URL(url).pathname.replace(/^.*?\/me\//, "/me/")}`
  const link = (name: string, value: Token) => `${path}?${name}=${encodeToken(value)}`
  const onward =
    page.nextOffset === null
      ? { "@odata.deltaLink": link("$deltatoken", { ...token, since: token.upto, offset: 0 }) }
      : { "@odata.nextLink": link("$skiptoken", { ...token, offset: page.nextOffset }) }
  return {
    "@odata.context": `${GRAPH}/$metadata#Collection(event)`,
    value: page.items.map((item) => item()),
    ...onward,
  }
}

async function tokenOf(world: World, calendar: CalendarRow, params: URLSearchParams): Promise<Token> {
  const upto = await newestVersion(world.db.query, calendar.id)
  const epoch = await syncEpoch(world.db.query, "microsoft")
  const carried = params.get("$skiptoken") ?? params.get("$deltatoken")
  if (carried !== null) {
    const parsed = Token.safeParse(decodeToken(carried, "sync-token-expired"))
    if (!parsed.success || parsed.data.epoch < epoch) throw new Refusal("sync-token-expired")
    return params.has("$deltatoken") ? { ...parsed.data, upto } : parsed.data
  }
  const [fromMs, toMs] = [Date.parse(params.get("startDateTime") ?? ""), Date.parse(params.get("endDateTime") ?? "")]
  if (Number.isNaN(fromMs) || Number.isNaN(toMs))
    throw new Refusal("required", "StartDateTime and EndDateTime are required.")
  return { fromMs, toMs, since: null, epoch, upto, offset: 0 }
}

const rangeOf = ({ fromMs, toMs }: Token, { timeZone }: CalendarRow): CalendarRange => ({ fromMs, toMs, timeZone })

async function whole(world: World, calendar: CalendarRow, reader: Reader, token: Token): Promise<Item[]> {
  const targets = await expandedInTime(world.db.query, calendar.id, rangeOf(token, calendar), false)
  return targets.map((target) => () => toResource(target, reader))
}

/** A changed series stands for its instances in the window, also for those it has no more; what left the window is removed from it. A deleted one is named alone. */
async function changes(
  world: World,
  calendar: CalendarRow,
  reader: Reader,
  token: Token,
  since: number,
): Promise<Item[]> {
  const rows = await rowsSince(world.db.query, calendar.id, since)
  const range = rangeOf(token, calendar)
  const standing = rows.filter((row) => !row.deleted)
  const gone = await goneInstances(world.db.query, standing, since, range)
  const series = new Set(rows.filter((row) => kindOf(row) === "series" && !row.deleted).map((row) => row.id))
  const expanded = series.size === 0 ? [] : await expandedInTime(world.db.query, calendar.id, range, false)
  const instances = expanded.filter((target) => target.kind === "occurrence" && series.has(target.master.id))
  const others = rows.filter((row) => !series.has(row.id))
  return [
    ...gone.map((target) => () => change(asRow("microsoft", target), reader, range)),
    ...others.map((row) => () => change(row, reader, range)),
    ...instances.map((target) => () => toResource(target, reader)),
  ]
}

function change(row: EventRow, reader: Reader, range: CalendarRange): GraphEvent | Removed {
  const id = reader.prefer.immutableIds ? row.id : folderId(row.id)
  if (row.deleted) return { id, "@removed": { reason: "deleted" } }
  const target: Target = { kind: kindOf(row), row }
  return overlaps(row.content, range) ? toResource(target, reader) : { id, "@removed": { reason: "changed" } }
}
