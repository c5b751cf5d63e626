import { type Context, Hono } from "hono"
import { isTimeZone } from "../../domain/time-zone"
import { getTarget, instancesOf, versionRow } from "../calendar/find"
import { pageOf } from "../http/paging"
import type { Api } from "../http/pipeline"
import { Refusal } from "../refusal"
import { type CalendarRow, calendarsOf, findCalendar } from "../store/people"
import type { ApiEnv, World } from "../world"
import { freeBusy, listAcl, toCalendar, toListEntry } from "./calendars"
import { googleError, googleRefusal, googleUnavailable } from "./errors"
import { googleEtag } from "./etag"
import { listEvents, readListParams } from "./list"
import { type Reader, toResource } from "./resource"
import { stopChannel, watchEvents } from "./watch"
import { type GoogleWrite, insertEvent, moveEvent, patchEvent, removeEvent, updateEvent } from "./write"

type C = Context<ApiEnv>

const SETTINGS = { locale: "en", weekStart: "1", format24HourTime: "true" }

/** Google Calendar v3, as far as a calendar assistant uses it (providers.md section 1). */
export function googleApi(world: World): Api {
  const app = googleRoutes(world)
  return {
    provider: "google",
    admission: null,
    execute: (request, bearer) => app.fetch(request, { bearer }),
    refuse: (how, retryAfterSeconds) => {
      const response = how === "503" ? googleUnavailable() : googleRefusal(REFUSED[how])
      if (how === "429") response.headers.set("retry-after", String(retryAfterSeconds))
      return response
    },
  }
}

const REFUSED = { "401": "unauthorized", "403": "read-only-calendar", "412": "stale", "429": "throttled" } as const

function googleRoutes(world: World): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>().basePath("/calendar/v3")
  app.onError(googleError)
  app.notFound(() => googleError(new Refusal("not-found")))
  app.use(async (c, next) => {
    const { bearer } = c.env
    if (!bearer) throw new Refusal("unauthorized")
    if (!mayUse(bearer.scope, c.req.method)) throw new Refusal("insufficient-scope")
    c.set("person", bearer)
    await next()
  })

  app.get("/users/me/calendarList", async (c) => {
    const { email } = c.get("person")
    const items = (await calendarsOf(world.db.query, email)).map((calendar) => toListEntry(calendar, email))
    return c.json({ kind: "calendar#calendarList", etag: `"p${items.length}"`, items })
  })
  app.get("/users/me/calendarList/:calendar", async (c) =>
    c.json(toListEntry(await calendarIn(c), c.get("person").email)),
  )
  app.get("/users/me/settings", (c) => {
    const all = { ...SETTINGS, timezone: c.get("person").timeZone }
    return c.json({
      kind: "calendar#settings",
      etag: '"s1"',
      items: Object.entries(all).map(([id, value]) => setting(id, value)),
    })
  })
  app.get("/users/me/settings/:setting", (c) => {
    const all: Record<string, string> = { ...SETTINGS, timezone: c.get("person").timeZone }
    const id = c.req.param("setting")
    const value = all[id]
    if (value === undefined) throw new Refusal("not-found")
    return c.json(setting(id, value))
  })
  app.get("/calendars/:calendar", async (c) => c.json(toCalendar(await calendarIn(c))))
  app.get("/calendars/:calendar/acl", async (c) => c.json(await listAcl(world, await calendarIn(c))))
  app.post("/freeBusy", async (c) => c.json(await freeBusy(world, c.get("person").email, await jsonOf(c))))

  app.get("/calendars/:calendar/events", async (c) => {
    const calendar = await calendarIn(c)
    const list = await listEvents(world, calendar, readerOf(c, calendar), readListParams(c.req.queries()))
    return list.etag === c.req.header("if-none-match") ? c.body(null, 304) : c.json(list)
  })
  app.get("/calendars/:calendar/events/:event", async (c) => {
    const calendar = await calendarIn(c)
    const target = await getTarget(world.db.query, "google", calendar.id, c.req.param("event"))
    const etag = googleEtag(versionRow(target).version)
    if (c.req.header("if-none-match") === etag) return c.body(null, 304)
    return c.json(toResource(target, readerOf(c, calendar)), 200, { etag })
  })
  app.get("/calendars/:calendar/events/:event/instances", async (c) => {
    const calendar = await calendarIn(c)
    const target = await getTarget(world.db.query, "google", calendar.id, c.req.param("event"))
    if (target.kind !== "series") throw new Refusal("invalid", "not a series")
    const { timeMin, timeMax, showDeleted, maxResults, pageToken } = readListParams(c.req.queries())
    const now = world.clock.now()
    const range = {
      fromMs: timeMin ?? now - INSTANCES_MS,
      toMs: timeMax ?? now + INSTANCES_MS,
      timeZone: calendar.timeZone,
    }
    const instances = await instancesOf(world.db.query, target.row, range, showDeleted ?? false)
    const page = pageOf(instances, Number(pageToken ?? 0), maxResults ?? 250)
    const next = page.nextOffset === null ? {} : { nextPageToken: String(page.nextOffset) }
    const reader = readerOf(c, calendar)
    return c.json({
      kind: "calendar#events",
      timeZone: reader.timeZone,
      items: page.items.map((each) => toResource(each, reader)),
      ...next,
    })
  })

  app.post("/calendars/:calendar/events", async (c) =>
    c.json(await insertEvent(await writeIn(c), await jsonOf(c), c.req.query("conferenceDataVersion") === "1")),
  )
  app.patch("/calendars/:calendar/events/:event", async (c) =>
    c.json(await patchEvent(await writeIn(c), c.req.param("event"), await jsonOf(c))),
  )
  app.put("/calendars/:calendar/events/:event", async (c) =>
    c.json(await updateEvent(await writeIn(c), c.req.param("event"), await jsonOf(c))),
  )
  app.delete("/calendars/:calendar/events/:event", async (c) => {
    await removeEvent(await writeIn(c), c.req.param("event"))
    return c.body(null, 204)
  })

  app.post("/calendars/:calendar/events/:event/move", async (c) => {
    const to = await findCalendar(world.db.query, c.get("person").email, c.req.query("destination") ?? "")
    if (!to) throw new Refusal("not-found")
    if (to.role === "reader") throw new Refusal("read-only-calendar")
    return c.json(await moveEvent(await writeIn(c), c.req.param("event"), to))
  })

  app.post("/calendars/:calendar/events/watch", async (c) =>
    c.json(await watchEvents(world, c.get("person").email, await calendarIn(c), await jsonOf(c))),
  )
  app.post("/channels/stop", async (c) => {
    await stopChannel(world, c.get("person").email, await jsonOf(c))
    return c.body(null, 204)
  })

  async function calendarIn(c: C): Promise<CalendarRow> {
    const calendar = await findCalendar(world.db.query, c.get("person").email, c.req.param("calendar") ?? "")
    if (!calendar) throw new Refusal("not-found")
    return calendar
  }

  async function writeIn(c: C): Promise<GoogleWrite> {
    const calendar = await calendarIn(c)
    if (calendar.role === "reader") throw new Refusal("read-only-calendar")
    return { world, calendar, reader: readerOf(c, calendar), ifMatch: c.req.header("if-match") ?? null }
  }

  return app
}

const INSTANCES_MS = 2 * 366 * 86_400_000

const setting = (id: string, value: string) => ({ kind: "calendar#setting", etag: '"s1"', id, value })

/** `self` means the person on whose calendar the copy is. */
function readerOf(c: C, calendar: CalendarRow): Reader {
  const timeZone = c.req.query("timeZone") ?? calendar.timeZone
  if (!isTimeZone(timeZone)) throw new Refusal("invalid", `no such zone: ${timeZone}`)
  return { email: calendar.ownerEmail, timeZone }
}

async function jsonOf(c: C): Promise<unknown> {
  try {
    return await c.req.json()
  } catch {
    throw new Refusal("invalid", "not JSON")
  }
}

function mayUse(scope: string, method: string): boolean {
  const calendar = scope.split(" ").filter((name) => name.includes("/auth/calendar"))
  return method === "GET"
    ? calendar.length > 0
    : calendar.some((name) => /calendar(\.events)?$/.test(name) || name.endsWith("freebusy"))
}
