import { type APIRequestContext, expect } from "@playwright/test"
import { addMs } from "../../lib/domain/zoned-time"
import type { EventRow } from "../../lib/sandbox/calendar/event"
import type { JournalEntry } from "../../lib/sandbox/journal"
import { isWrite } from "../../lib/testing/is-write"
import { instant, now, stage } from "./days"
import { CAST, type Who } from "./people"

type Found = EventRow & { readonly etag: string }
export type Exchange = JournalEntry & { readonly id: number }

/** An event as the provider keeps it. */
export interface Planted {
  readonly who: Who
  readonly id: string
  readonly title: string
  /** `YYYY-MM-DD` */
  readonly date: string
}

interface Wish {
  readonly title: string
  readonly date: string
  readonly start?: string
  readonly end?: string
  readonly guests?: readonly Who[]
  readonly allDay?: boolean
  /** How many weeks running; absent: once. */
  readonly weeks?: number
}

/** What a test sees and does past the app: the provider's own state, the requests it got, and people's edits in its own pages. */
export function witnessOf(control: APIRequestContext) {
  const planted: Planted[] = []

  async function send<T>(verb: "get" | "post" | "patch" | "delete", path: string, data?: unknown): Promise<T> {
    const response = await control[verb](path, data === undefined ? {} : { data })
    if (!response.ok()) throw new Error(`sandbox: ${verb} ${path}: ${response.status()} ${await response.text()}`)
    return (await response.json()) as T
  }

  const place = ({ who, id }: Pick<Planted, "who" | "id">): string =>
    `events/${[CAST[who].provider, CAST[who].email, id].map(encodeURIComponent).join("/")}`

  async function list(who: Who, from: string, to: string): Promise<Found[]> {
    const { provider, email } = CAST[who]
    return (await send<{ events: Found[] }>("get", `events/${provider}/${email}?from=${from}&to=${to}`)).events
  }

  const edit = async (event: Pick<Planted, "who" | "id">, change: unknown): Promise<void> => {
    await send("patch", place(event), change)
  }

  /** The newest request in the journal: what comes after it is the test's own. */
  async function mark(): Promise<number> {
    const { entries } = await send<{ entries: Exchange[] }>("get", "journal?since=0&limit=100000")
    return entries.at(-1)?.id ?? 0
  }

  /** Requests that asked a provider to change something. */
  async function writes(since: number): Promise<Exchange[]> {
    const { entries } = await send<{ entries: Exchange[] }>("get", `journal?since=${since}`)
    return entries.filter((exchange) => isWrite(exchange) && !/\/watch$|subscriptions/.test(exchange.path))
  }

  return {
    edit,
    mark,
    writes,
    post: (path: string, data: unknown) => send<unknown>("post", path, data),

    event: (event: Pick<Planted, "who" | "id">): Promise<Found> => send("get", place(event)),

    /** An event of `who`, made in the provider's own calendar; gone after the test. */
    async given(
      who: Who,
      { title, date, start = "11:30", end = "12:00", guests = [], allDay, weeks }: Wish,
    ): Promise<Planted> {
      const { provider, email } = CAST[who]
      const span = allDay ? { start: date, end: allDayEnd(date) } : { start: `${date}T${start}`, end: `${date}T${end}` }
      const attendees = guests.map((guest) => CAST[guest].email)
      const { id } = await send<Found>("post", "events", {
        provider,
        person: email,
        summary: title,
        attendees,
        ...span,
        ...(weeks && { recurrence: [`RRULE:FREQ=WEEKLY;COUNT=${weeks}`] }),
      })
      const event = { who, id, title, date }
      planted.push(event)
      return event
    },

    /** Where everything stands that is called so, from that day on for `weeks`, in the order of time. Taken away after the test too. */
    async startsOf({ who, title, date }: Pick<Planted, "who" | "title" | "date">, weeks: number): Promise<string[]> {
      const all = await list(who, `${date}T00:00:00Z`, addMs(`${date}T00:00:00Z`, weeks * 7 * 86_400_000))
      const found = all.filter(({ content }) => content.summary === title)
      for (const { id, masterId } of found) planted.push({ who, id: masterId ?? id, title, date })
      return found.map(({ content: { start } }) => (start.kind === "timed" ? start.at : start.on)).sort()
    },

    remove: (event: Pick<Planted, "who" | "id">) => send<unknown>("delete", place(event)),

    /** The next weekly sync, where its series put it: Tuesday, 10:00. */
    async weeklySync(who: Who): Promise<Planted> {
      const { tuesday, later } = stage()
      const around = await list(who, now(), instant(later, "09:00"))
      const syncs = around.filter(({ content, masterId }) => content.summary === "Weekly sync" && masterId !== null)
      const sync = syncs.find(({ originalStart }) => originalStart !== null && isOn(originalStart, tuesday))
      if (!sync) throw new Error(`no weekly sync on ${tuesday} among ${syncs.map((s) => s.originalStart).join(", ")}`)
      const event = { who, id: sync.id, title: "Weekly sync", date: tuesday }
      await edit(event, { start: `${tuesday}T10:00`, end: `${tuesday}T10:30` })
      return event
    },

    /** Exactly one write went out, on the version it names, and the provider took it. */
    async oneWrite(since: number): Promise<Exchange> {
      const sent = await writes(since)
      expect(sent.map(({ method, status }) => [method, status])).toEqual([["PATCH", 200]])
      const [only] = sent
      if (!only) throw new Error("no write")
      expect(only.headers["if-match"], "the write carries the version it was planned on").toBeTruthy()
      return only
    },

    async tidy(): Promise<void> {
      await send("delete", "faults")
      for (const event of planted.splice(0)) await control.delete(place(event))
    },
  }
}
export type Witness = ReturnType<typeof witnessOf>

/** Both providers name an instance by where its series put it: `20261124T090000Z`. */
const isOn = (originalStart: string, date: string): boolean =>
  originalStart.replaceAll("-", "").startsWith(date.replaceAll("-", ""))

function allDayEnd(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}
