import { timingSafeEqual } from "node:crypto"
import { type Context, Hono } from "hono"
import { z } from "zod"
import { editAsPerson, PersonsEdit, type PersonsEvent } from "../calendar/as-person"
import { createAsPerson, NewPersonsEvent } from "../calendar/create-as-person"
import { asRow, expandedInTime, getTarget } from "../calendar/find"
import { immutableId } from "../calendar/ids"
import { Fault, type Faults } from "../faults"
import { lifecycleNotification } from "../graph/subscriptions"
import { etagIn } from "../http/etag"
import { JournalQuery, readJournal } from "../journal"
import { hashed } from "../oauth/grants"
import { channelsOf } from "../push/channels"
import { send } from "../push/deliver"
import { Refusal } from "../refusal"
import { seed, wipe } from "../seed/seed"
import { type CalendarRow, findCalendar } from "../store/people"
import { defaultSwitches, Switches } from "../switches"
import { expireSyncTokens } from "../sync-epoch"
import type { World } from "../world"
import { GrantRequest, issueGrant, spoilTokens, TokenOrder } from "./tokens"

const LifecycleOrder = z.strictObject({
  person: z.email(),
  event: z.enum(["reauthorizationRequired", "subscriptionRemoved", "missed"]),
})
const Provider = z.enum(["google", "microsoft"])
const DAY_MS = 86_400_000

/** What tests and harnesses see and steer. Every route needs the control token. */
export function controlRoutes(world: World, faults: Faults, token: string, fast: boolean): Hono {
  const app = new Hono().basePath("/control")
  const { query } = world.db

  app.onError((error, c) => {
    if (error instanceof z.ZodError) return c.json({ error: z.prettifyError(error) }, 400)
    if (error instanceof Refusal)
      return c.json({ error: error.message, kind: error.kind }, error.kind === "not-found" ? 404 : 400)
    if (error instanceof RangeError || error instanceof SyntaxError) return c.json({ error: error.message }, 400)
    console.error("sandbox: control:", error)
    return c.json({ error: error.message }, 500)
  })
  app.use(async (c, next) => {
    if (!sameSecret(c.req.header("authorization") ?? "", `Bearer ${token}`))
      return c.json({ error: "control token" }, 401)
    return next()
  })

  app.get("/journal", async (c) => c.json({ entries: await readJournal(query, JournalQuery.parse(c.req.query())) }))

  app.get("/faults", (c) => c.json({ faults: faults.armed(), latencyMs: faults.latencyMs }))
  app.post("/faults", async (c) => {
    faults.arm(Fault.parse(await c.req.json()))
    return c.json({ ok: true }, 201)
  })
  app.delete("/faults", (c) => {
    faults.clear()
    faults.latencyMs.google = 0
    faults.latencyMs.microsoft = 0
    return c.json({ ok: true })
  })
  app.post("/latency", async (c) => {
    const { provider, ms } = z.strictObject({ provider: Provider, ms: z.number().min(0) }).parse(await c.req.json())
    faults.latencyMs[provider] = ms
    return c.json({ ok: true })
  })

  app.get("/switches", (c) => c.json(world.switches))
  app.post("/switches", async (c) => {
    world.switches = { ...world.switches, ...Switches.partial().parse(await c.req.json()) }
    return c.json(world.switches)
  })
  app.post("/clock", async (c) => {
    world.clock.set(z.strictObject({ now: z.string() }).parse(await c.req.json()).now)
    return c.json({ now: new Date(world.clock.now()).toISOString() })
  })
  app.post("/reset", async (c) => {
    faults.clear()
    world.switches = defaultSwitches(fast)
    await world.db.alone(async () => {
      await wipe(world.db)
      await seed(world.db, world.clock.now())
    })
    return c.json({ ok: true })
  })
  app.post("/sync-tokens/expire", async (c) => {
    const { provider } = z.strictObject({ provider: Provider }).parse(await c.req.json())
    await expireSyncTokens(query, provider)
    return c.json({ ok: true })
  })

  app.post("/lifecycle", async (c) => {
    const { person, event } = LifecycleOrder.parse(await c.req.json())
    const requests = (await channelsOf(query, "microsoft", person)).flatMap(
      (channel) => lifecycleNotification(channel, event) ?? [],
    )
    return c.json({ delivered: (await Promise.all(requests.map(send))).filter(Boolean).length })
  })

  app.post("/grants", async (c) => c.json(await issueGrant(query, GrantRequest.parse(await c.req.json())), 201))
  app.post("/tokens", async (c) => {
    await spoilTokens(query, TokenOrder.parse(await c.req.json()))
    return c.json({ ok: true })
  })

  app.post("/events", async (c) => {
    const row = await createAsPerson(world, NewPersonsEvent.parse(await c.req.json()))
    return c.json({ ...row, etag: etagIn(row) }, 201)
  })
  app.get("/events/:provider/:person", async (c) => {
    const at = eventAt(c)
    const { id, timeZone } = await calendarOf(at)
    const now = world.clock.now()
    const fromMs = Date.parse(c.req.query("from") ?? new Date(now).toISOString())
    const toMs = Date.parse(c.req.query("to") ?? new Date(now + 7 * DAY_MS).toISOString())
    const targets = await expandedInTime(query, id, { fromMs, toMs, timeZone }, c.req.query("deleted") === "true")
    const rows = targets.map((target) => asRow(at.provider, target))
    return c.json({ events: rows.map((row) => ({ ...row, etag: etagIn(row) })) })
  })
  app.get("/events/:provider/:person/:id", async (c) => {
    const at = eventAt(c)
    const row = asRow(
      at.provider,
      await getTarget(query, at.provider, (await calendarOf(at)).id, immutableId(at.eventId)),
    )
    return c.json({ ...row, etag: etagIn(row) })
  })
  app.patch("/events/:provider/:person/:id", async (c) => {
    const row = await editAsPerson(world, eventAt(c), PersonsEdit.parse(await c.req.json()))
    return c.json({ ...row, etag: etagIn(row) })
  })
  app.delete("/events/:provider/:person/:id", async (c) => {
    await editAsPerson(world, eventAt(c), { delete: true })
    return c.json({ ok: true })
  })

  async function calendarOf({ person, calendarId }: PersonsEvent): Promise<CalendarRow> {
    const calendar = await findCalendar(query, person, calendarId)
    if (!calendar) throw new Refusal("not-found", "calendar")
    return calendar
  }

  return app
}

const eventAt = (c: Context): PersonsEvent => ({
  provider: Provider.parse(c.req.param("provider")),
  person: c.req.param("person") ?? "",
  calendarId: c.req.query("calendar") ?? "primary",
  eventId: c.req.param("id") ?? "",
})

const sameSecret = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(hashed(a)), Buffer.from(hashed(b)))
