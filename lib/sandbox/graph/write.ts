import { type Content, type EventRow, NOTHING_OWN, sameEmail, type Target } from "../calendar/event"
import { asRow, getTarget, instancesOf, kindOf, versionRow } from "../calendar/find"
import { newEventId } from "../calendar/ids"
import { type Reply, replyToEvent } from "../calendar/reply"
import { sameValue } from "../calendar/same"
import { keyStart, sameWhen, wallClock } from "../calendar/when"
import { createEvent, deleteEvent, editEvent, removeCopy, touch } from "../calendar/write"
import { Refusal } from "../refusal"
import type { Tx } from "../store/database"
import { findByTransaction, findRow } from "../store/events"
import type { CalendarRow, Person } from "../store/people"
import type { World } from "../world"
import { graphEtag } from "./etag"
import { type Answered, contentIn, ownIn, readInput } from "./input"

/** A write to one mailbox by its owner. */
export interface GraphWrite {
  readonly world: World
  readonly calendar: CalendarRow
  readonly person: Person
  /** The If-Match header, verbatim; null when the request had none. */
  readonly ifMatch: string | null
}

const asTarget = (row: EventRow): Target => ({ kind: kindOf(row), row })

/** A repeated `transactionId` answers with the event that it made before, and makes no second one. */
export async function createGraphEvent({ world, calendar, person }: GraphWrite, json: unknown): Promise<Target> {
  const input = readInput(json)
  if (!input.start || !input.end) throw new Refusal("required", "Start and End are required.")
  const transactionId = input.transactionId ?? null
  const id = newEventId("microsoft")
  const blank: Content = {
    summary: "",
    description: "",
    location: "",
    start: { kind: "timed", at: "1970-01-01T00:00:00Z", timeZone: "UTC" },
    end: { kind: "timed", at: "1970-01-01T00:00:00Z", timeZone: "UTC" },
    recurrence: [],
    guests: [],
    organizer: { email: person.email, name: person.name },
    conferenceUrl: input.isOnlineMeeting ? `https://teams.sandbox.example/l/meetup-join/${id.slice(6, 20)}` : null,
    eventType: "default",
    guestsCanModify: false,
  }
  const content = { ...blank, ...contentIn(input, blank) }
  const own = { ...NOTHING_OWN, ...ownIn(input, NOTHING_OWN) }
  const { row, made } = await world.db.write("microsoft", async (tx) => {
    const before = transactionId === null ? null : await findByTransaction(tx.query, calendar.id, transactionId)
    if (before) return { row: before, made: false }
    const uid = `040000008200E00074C5B7101A82E008${Buffer.from(id).toString("hex").slice(0, 32).toUpperCase()}`
    return {
      row: await createEvent(tx, {
        calendarId: calendar.id,
        id,
        uid,
        status: "confirmed",
        transactionId,
        content,
        own,
      }),
      made: true,
    }
  })
  if (made) rewriteSoon(world, row)
  return asTarget(row)
}

/** Exchange rewrites an event by itself some seconds after it was created; the etag of the 201 is then a stale one. */
function rewriteSoon(world: World, { calendarId, id }: EventRow): void {
  const between = world.switches.changeKeyRewriteMs
  if (!between) return
  const [least, most] = between
  world.later(least + Math.random() * (most - least), () =>
    world.db.write("microsoft", async (tx) => {
      const row = await findRow(tx.query, calendarId, id)
      if (row && !row.deleted) await touch(tx, row)
    }),
  )
}

export function patchGraphEvent({ world, calendar, ifMatch }: GraphWrite, id: string, json: unknown): Promise<Target> {
  const input = readInput(json)
  return world.db.write("microsoft", async (tx) => {
    const target = await standing(tx, calendar, id)
    checkMatch(target, ifMatch)
    const before = asRow("microsoft", target)
    const content = changed(before.content, contentIn(input, before.content))
    const own = ownIn(input, before.own)
    if (Object.keys(content).length > 0 && !organizes(before, calendar)) throw new Refusal("not-organizer")
    if (content.start || content.end) await checkNeighbours(tx, target, { ...before.content, ...content })
    if (Object.keys(content).length + Object.keys(own).length === 0) return target
    return asTarget(
      await editEvent(tx, world.switches, target, {
        ...(Object.keys(content).length > 0 ? { content } : {}),
        ...(Object.keys(own).length > 0 ? { own } : {}),
      }),
    )
  })
}

export async function deleteGraphEvent({ world, calendar, ifMatch }: GraphWrite, id: string): Promise<void> {
  await world.db.write("microsoft", async (tx) => {
    const target = await standing(tx, calendar, id)
    if (world.switches.staleDeleteRefused) checkMatch(target, ifMatch)
    await (organizes(asRow("microsoft", target), calendar) ? deleteEvent(tx, target) : removeCopy(tx, target))
  })
}

/** `accept`, `decline`, `tentativelyAccept`. A declined meeting leaves the calendar, as in Outlook. */
export async function respond(
  { world, calendar }: GraphWrite,
  id: string,
  rsvp: Reply["rsvp"],
  { comment, proposed }: Answered,
): Promise<void> {
  await world.db.write("microsoft", async (tx) => {
    const target = await standing(tx, calendar, id)
    if (organizes(asRow("microsoft", target), calendar))
      throw new Refusal(
        "invalid",
        "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer.",
      )
    const respondedAt = new Date(world.clock.now()).toISOString()
    const row = await replyToEvent(tx, target, calendar.ownerEmail, { rsvp, comment, respondedAt, proposed })
    if (rsvp === "declined") await removeCopy(tx, asTarget(row))
  })
}

/** `cancel`: the organizer's alone. */
export async function cancelMeeting({ world, calendar }: GraphWrite, id: string): Promise<void> {
  await world.db.write("microsoft", async (tx) => {
    const target = await standing(tx, calendar, id)
    if (!organizes(asRow("microsoft", target), calendar)) throw new Refusal("not-organizer")
    await deleteEvent(tx, target)
  })
}

/** @throws {Refusal} not-found for what was deleted too: Graph keeps no tombstones. */
async function standing(tx: Tx, calendar: CalendarRow, id: string): Promise<Target> {
  const target = await getTarget(tx.query, "microsoft", calendar.id, id)
  if (versionRow(target).deleted) throw new Refusal("not-found")
  return target
}

const organizes = (row: EventRow, calendar: CalendarRow): boolean =>
  sameEmail(row.content.organizer.email, calendar.ownerEmail)

function checkMatch(target: Target, ifMatch: string | null): void {
  if (ifMatch === null) return
  const { calendarId, version } = versionRow(target)
  const tags = ifMatch.split(",").map((tag) => tag.trim())
  if (!tags.includes("*") && !tags.includes(graphEtag(calendarId, version))) throw new Refusal("stale")
}

function changed(before: Content, wish: Partial<Content>): Partial<Content> {
  const keys = Object.keys(wish) as (keyof Content)[]
  const moved = keys.filter((key) => {
    if (key === "start" || key === "end") return !sameWhen(wish[key] ?? before[key], before[key])
    return !sameValue(wish[key], before[key])
  })
  return Object.fromEntries(moved.map((key) => [key, wish[key]]))
}

const SEARCH_MS = 400 * 86_400_000

/** An instance must stay between the days of its neighbours. @throws {Refusal} crosses-neighbour */
async function checkNeighbours(tx: Tx, target: Target, after: Content): Promise<void> {
  const row = asRow("microsoft", target)
  if (row.masterId === null || row.originalStart === null) return
  const master = await findRow(tx.query, row.calendarId, row.masterId)
  if (!master) return
  const around = Date.parse(dayOf(row.content, row.originalStart))
  const instances = await instancesOf(
    tx.query,
    master,
    { fromMs: around - SEARCH_MS, toMs: around + SEARCH_MS, timeZone: "UTC" },
    false,
  )
  const key = row.originalStart
  const others = instances.map((each) => asRow("microsoft", each)).filter((each) => each.originalStart !== key)
  const before = others.filter((each) => (each.originalStart ?? "") < key).at(-1)
  const next = others.find((each) => (each.originalStart ?? "") > key)
  const day = dayOf(after, null)
  if ((before && day <= dayOf(before.content, null)) || (next && day >= dayOf(next.content, null)))
    throw new Refusal("crosses-neighbour")
}

/** The calendar day on which content begins, or on which the instance `key` did. */
function dayOf(content: Content, key: string | null): string {
  const zone = content.start.kind === "timed" ? content.start.timeZone : "UTC"
  const start = key === null ? content.start : keyStart(key, zone)
  return start.kind === "allDay" ? start.on : wallClock(start.at, zone).slice(0, 10)
}
