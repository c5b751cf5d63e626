import type { Event } from "@microsoft/microsoft-graph-types"
import { type Context, Hono } from "hono"
import type { Target } from "../calendar/event"
import { asRow, expandedInTime, getTarget, instancesOf, kindOf, versionRow } from "../calendar/find"
import { immutableId } from "../calendar/ids"
import type { CalendarRange } from "../calendar/range"
import { timed } from "../calendar/when"
import { createAdmission } from "../http/admission"
import type { Api } from "../http/pipeline"
import { Refusal } from "../refusal"
import { exceptionsOf, rowsInTime } from "../store/events"
import { type CalendarRow, calendarsOf, findCalendar } from "../store/people"
import type { ApiEnv, World } from "../world"
import { getSchedule, permissionsOf, toCalendar } from "./calendars"
import { delta } from "./delta"
import { graphError, graphRefusal, graphUnavailable } from "./errors"
import { readAnswer } from "./input"
import { readPreferences } from "./preferences"
import { asksForExceptions, collection, expandedProperties, filterOf, GRAPH, readQuery, selected } from "./query"
import { type Reader, toResource } from "./resource"
import { listSubscriptions, renewSubscription, subscribe, unsubscribe } from "./subscriptions"
import { cancelMeeting, createGraphEvent, deleteGraphEvent, type GraphWrite, patchGraphEvent, respond } from "./write"
import { windowsZone } from "./zones"

type C = Context<ApiEnv>

const REFUSED = { "401": "unauthorized", "403": "read-only-calendar", "412": "stale", "429": "throttled" } as const

/** Microsoft Graph v1.0, as far as a calendar assistant uses it (providers.md section 2). */
export function graphApi(world: World): Api {
  const app = graphRoutes(world)
  return {
    provider: "microsoft",
    admission: createAdmission(() => world.switches.mailboxConcurrency),
    execute: (request, bearer) => app.fetch(request, { bearer }),
    refuse: (how, retryAfterSeconds) => {
      const response = how === "503" ? graphUnavailable() : graphRefusal(REFUSED[how])
      if (how === "429") response.headers.set("retry-after", String(retryAfterSeconds))
      return response
    },
  }
}

function graphRoutes(world: World): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>().basePath("/graph/v1.0")
  const { query } = world.db

  app.onError(graphError)
  app.notFound(() => graphRefusal("not-found"))
  app.use(async (c, next) => {
    const { bearer } = c.env
    if (!bearer) throw new Refusal("unauthorized")
    c.set("person", bearer)
    await next()
    const applied = readPreferences(c.req.header("prefer")).applied
    if (applied.length > 0) c.header("preference-applied", applied.join(", "))
  })

  app.get("/me", (c) => {
    mustHave(c, "User.Read")
    const { subject, name, email } = c.get("person")
    const [givenName = "", ...surname] = name.split(" ")
    return c.json({
      "@odata.context": `${GRAPH}/$metadata#users/$entity`,
      id: subject,
      displayName: name,
      givenName,
      surname: surname.join(" "),
      mail: email,
      userPrincipalName: email,
    })
  })
  app.get("/me/mailboxSettings", (c) => c.json({ timeZone: windowsZone(c.get("person").timeZone) }))
  app.get("/me/calendars", async (c) => {
    mustHave(c, "Calendars.Read")
    const { email, name } = c.get("person")
    const items = (await calendarsOf(query, email)).map((calendar) => toCalendar(calendar, name))
    return c.json(collection(c.req.url, items, readQuery(c.req.url), null, "me/calendars"))
  })
  for (const path of ["/me/calendar", "/me/calendars/:calendar"])
    app.get(path, async (c) => c.json(toCalendar(await calendarIn(c), c.get("person").name)))
  app.post("/me/calendar/getSchedule", async (c) => {
    mustHave(c, "Calendars.Read")
    return c.json({ value: await getSchedule(world, readPreferences(c.req.header("prefer")), await jsonOf(c)) })
  })

  app.get("/subscriptions", async (c) => c.json({ value: await listSubscriptions(world, c.get("person")) }))
  app.post("/subscriptions", async (c) => {
    mustHave(c, "Calendars.Read")
    return c.json(await subscribe(world, c.get("person"), await jsonOf(c)), 201)
  })
  app.patch("/subscriptions/:id", async (c) =>
    c.json(await renewSubscription(world, c.get("person"), c.req.param("id"), await jsonOf(c))),
  )
  app.delete("/subscriptions/:id", async (c) => {
    await unsubscribe(world, c.get("person"), c.req.param("id"))
    return c.body(null, 204)
  })

  for (const base of ["/me", "/me/calendar", "/me/calendars/:calendar"]) {
    app.get(`${base}/calendarPermissions`, async (c) =>
      c.json(
        collection(
          c.req.url,
          await permissionsOf(world, await calendarIn(c)),
          readQuery(c.req.url),
          null,
          "calendarPermissions",
        ),
      ),
    )
    app.get(`${base}/calendarView/delta`, async (c) => {
      const calendar = await calendarIn(c)
      return c.json(await delta(world, calendar, readerOf(c, calendar), c.req.url))
    })
    app.get(`${base}/calendarView`, async (c) => {
      const calendar = await calendarIn(c)
      return list(c, calendar, await expandedInTime(query, calendar.id, windowOf(c, calendar), false))
    })
    app.get(`${base}/events`, async (c) => {
      const calendar = await calendarIn(c)
      const rows = await rowsInTime(query, calendar.id, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
      return list(
        c,
        calendar,
        rows.filter((row) => !row.deleted && row.masterId === null).map((row): Target => ({ kind: kindOf(row), row })),
      )
    })
    app.get(`${base}/events/:event/instances`, async (c) => {
      const calendar = await calendarIn(c)
      const target = await targetIn(c, calendar)
      if (target.kind !== "series") throw new Refusal("invalid", "Instances can only be expanded on a series master.")
      return list(c, calendar, await instancesOf(query, target.row, windowOf(c, calendar), false))
    })
    app.get(`${base}/events/:event`, async (c) => {
      const calendar = await calendarIn(c)
      const target = await targetIn(c, calendar)
      if (target.kind !== "series" || !asksForExceptions(readQuery(c.req.url))) return one(c, calendar, target)
      const standing = (await exceptionsOf(query, calendar.id, target.row.id)).filter((row) => !row.deleted)
      const reader = readerOf(c, calendar)
      const exceptionOccurrences = standing.map((row) => toResource({ kind: "exception", row }, reader))
      return one(c, calendar, target, 200, { exceptionOccurrences })
    })
    app.post(`${base}/events`, async (c) => {
      const write = await writeIn(c)
      return one(c, write.calendar, await createGraphEvent(write, await jsonOf(c)), 201)
    })
    app.patch(`${base}/events/:event`, async (c) => {
      const write = await writeIn(c)
      return one(c, write.calendar, await patchGraphEvent(write, idIn(c), await jsonOf(c)))
    })
    app.delete(`${base}/events/:event`, async (c) => {
      await deleteGraphEvent(await writeIn(c), idIn(c))
      return c.body(null, 204)
    })
    for (const [action, rsvp] of Object.entries(RESPONSES))
      app.post(`${base}/events/:event/${action}`, async (c) => {
        await respond(await writeIn(c), idIn(c), rsvp, readAnswer(await answerOf(c), rsvp))
        return c.body(null, 202)
      })
    app.post(`${base}/events/:event/cancel`, async (c) => {
      await cancelMeeting(await writeIn(c), idIn(c))
      return c.body(null, 202)
    })
  }

  async function calendarIn(c: C): Promise<CalendarRow> {
    mustHave(c, c.req.method === "GET" ? "Calendars.Read" : "Calendars.ReadWrite")
    const id = c.req.param("calendar") ?? "primary"
    const calendar = await findCalendar(query, c.get("person").email, id)
    if (!calendar) throw new Refusal("not-found")
    return calendar
  }

  async function writeIn(c: C): Promise<GraphWrite> {
    const calendar = await calendarIn(c)
    if (calendar.role === "reader") throw new Refusal("read-only-calendar")
    return { world, calendar, person: c.get("person"), ifMatch: c.req.header("if-match") ?? null }
  }

  async function targetIn(c: C, calendar: CalendarRow): Promise<Target> {
    const target = await getTarget(query, "microsoft", calendar.id, idIn(c))
    if (versionRow(target).deleted) throw new Refusal("not-found")
    return target
  }

  return app
}

const RESPONSES = { accept: "accepted", decline: "declined", tentativelyAccept: "tentative" } as const

const idIn = (c: C): string => immutableId(c.req.param("event") ?? "")

function list(c: C, calendar: CalendarRow, targets: readonly Target[]): Response {
  const params = readQuery(c.req.url)
  const reader = readerOf(c, calendar)
  const passes = filterOf(params)
  const items = targets
    .filter((target) => passes(asRow("microsoft", target)))
    .map((target) => selected(toResource(target, reader), params))
  return c.json(collection(c.req.url, items, params, reader.prefer.maxPageSize, "me/events"))
}

function one(c: C, calendar: CalendarRow, target: Target, status: 200 | 201 = 200, more: Event = {}): Response {
  const event = { ...toResource(target, readerOf(c, calendar)), ...more }
  const context = { "@odata.context": `${GRAPH}/$metadata#me/events/$entity` }
  return c.json({ ...context, ...selected(event, readQuery(c.req.url)) }, status, { etag: event["@odata.etag"] })
}

const readerOf = (c: C, calendar: CalendarRow): Reader => ({
  email: calendar.ownerEmail,
  prefer: readPreferences(c.req.header("prefer")),
  expanded: expandedProperties(readQuery(c.req.url)),
})

/** @throws {Refusal} required */
function windowOf(c: C, { timeZone }: CalendarRow): CalendarRange {
  const [from, to] = [c.req.query("startDateTime"), c.req.query("endDateTime")]
  if (!from || !to)
    throw new Refusal(
      "required",
      "This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.",
    )
  const instant = (text: string): number => {
    const when = timed(text, "UTC")
    return when.kind === "timed" ? Date.parse(when.at) : Number.NaN
  }
  return { fromMs: instant(from), toMs: instant(to), timeZone }
}

async function jsonOf(c: C): Promise<unknown> {
  try {
    return await c.req.json()
  } catch {
    throw new Refusal("invalid", "Unable to read JSON request payload.")
  }
}

/** An answer may come without a body. */
const answerOf = async (c: C): Promise<unknown> => JSON.parse((await c.req.text()) || "{}")

/** `Calendars.ReadWrite` includes `Calendars.Read`. @throws {Refusal} insufficient-scope */
function mustHave(c: C, scope: "User.Read" | "Calendars.Read" | "Calendars.ReadWrite"): void {
  const given = c.get("person").scope.split(" ")
  if (!given.some((name) => name === scope || name === `${scope}Write`)) throw new Refusal("insufficient-scope")
}
