import type { EventRef } from "../../domain/event"
import { addDays } from "../../domain/zoned-time"
import type { PersonsEdit } from "../../sandbox/calendar/as-person"
import type { EventRow } from "../../sandbox/calendar/event"
import type { Exchange } from "../sandbox"
import { CAST, type Scene } from "../scene"
import { halfHour, type Looks, looksOfRow } from "./looks"
import type { Outside, Race } from "./story"

/** One request of the app about the event, and what happened just before it was carried out. */
export interface Strike {
  readonly method: string
  readonly executed: boolean
  readonly refused: boolean
  readonly fault: string | null
  readonly meanwhile: Outside | null
}

const FIRST_DAY = "2026-11-23"
const DAYS = 35
let opened = 0

/** An event of its own at the provider, and the hands of everybody who can reach it there. */
export async function openGround(scene: Scene, wantsShared: boolean) {
  const { sandbox, provider } = scene
  const { person, guest } = CAST[provider]
  opened += 1
  const date = addDays(FIRST_DAY, opened % DAYS)
  const row = await sandbox.control<EventRow>("POST", "events", {
    provider,
    person,
    ...halfHour(date, 7),
    summary: `Story ${opened}`,
    location: "Room 1",
    attendees: [guest],
    guestsCanModify: wantsShared,
  })
  const first = looksOfRow(row)
  if (!first) throw new Error("made and gone")
  const path = `events/${[provider, person, row.id].map(encodeURIComponent).join("/")}`
  const ref: EventRef = { connectionId: scene.connectionId, calendarId: await primary(scene), eventId: row.id }

  const actor = (outside: Outside) =>
    outside.kind === "edit" && outside.who === "guest" && wantsShared ? guest : person

  function changeOf(outside: Outside): PersonsEdit {
    switch (outside.kind) {
      case "delete":
        return { delete: true }
      case "noise":
        if (outside.what === "rewrite") return { rewrite: true }
        if (outside.what === "reminder") return { reminderMinutes: [opened % 60] }
        return { rsvp: { email: guest, response: outside.what } }
      case "edit":
        switch (outside.change.field) {
          case "time":
            return halfHour(date, outside.change.hour)
          case "title":
            return { summary: outside.change.text }
          case "place":
            return { location: outside.change.text }
        }
    }
  }

  async function arm(race: Race): Promise<void> {
    const common = { provider, method: race.on, pathIncludes: encodeURIComponent(row.id) }
    if ("lost" in race) return sandbox.fault({ ...common, kind: race.lost })
    if ("refused" in race) return sandbox.fault({ ...common, kind: race.refused })
    const edit = { person: actor(race.meanwhile), calendarId: "primary", change: changeOf(race.meanwhile) }
    return sandbox.fault({ ...common, kind: "edit-before-write", edit })
  }

  let mark = await sandbox.lastExchange()

  /** Runs `work` while the races wait for its requests, and tells in order what the provider saw of this event. */
  async function racing<T>(
    races: readonly Race[],
    work: () => Promise<T>,
  ): Promise<{ result: T; exchanges: Strike[] }> {
    for (const race of races) await arm(race)
    const result = await work()
    if (races.length > 0) await sandbox.clearFaults()
    const waiting = {
      GET: races.filter((race) => race.on === "GET"),
      PATCH: races.filter((race) => race.on === "PATCH"),
    }
    const strikeOf = (exchange: Exchange): Strike => {
      const race = exchange.fault ? waiting[exchange.method === "GET" ? "GET" : "PATCH"].shift() : undefined
      return {
        method: exchange.method,
        executed: exchange.executedStatus !== null && exchange.executedStatus < 300,
        refused: exchange.status === 412,
        fault: exchange.fault,
        meanwhile: race && "meanwhile" in race ? race.meanwhile : null,
      }
    }
    const since = await sandbox.journal(mark)
    mark = since.at(-1)?.id ?? mark
    const about = since.filter((exchange) => exchange.path.includes(encodeURIComponent(row.id)))
    return { result, exchanges: about.map(strikeOf) }
  }

  return {
    ref,
    date,
    first,
    racing,
    outside: (outside: Outside) => sandbox.edit(provider, actor(outside), row.id, changeOf(outside)),
    looks: async (): Promise<Looks | null> => looksOfRow(await sandbox.control<EventRow>("GET", path)),
    close: async () => {
      await sandbox.clearFaults()
      if (looksOfRow(await sandbox.control<EventRow>("GET", path)) !== null) await sandbox.control("DELETE", path)
    },
  }
}

export type Ground = Awaited<ReturnType<typeof openGround>>

async function primary(scene: Scene): Promise<string> {
  const known = primaries.get(scene)
  if (known) return known
  const answer = await scene.account.calendars()
  const calendar = answer.kind === "calendars" ? answer.calendars.find((each) => each.primary) : undefined
  if (!calendar) throw new Error("no primary calendar")
  primaries.set(scene, calendar.id)
  return calendar.id
}
const primaries = new WeakMap<Scene, string>()
