import { cpus, loadavg } from "node:os"
import { parseArgs } from "node:util"
import pg from "pg"
import { postgresAvailabilityStore } from "../../lib/adapters/postgres/availability-store"
import { postgresBookingSetup } from "../../lib/adapters/postgres/booking-setup"
import { postgresBookingStore } from "../../lib/adapters/postgres/booking-store"
import { postgresClient } from "../../lib/adapters/postgres/client"
import { availableSlots, type PersonsTime } from "../../lib/domain/availability"
import { BOOKING_DEFAULTS } from "../../lib/domain/booking"
import { DEFAULT_WORKING_HOURS } from "../../lib/domain/person"
import { addMs, HOUR_MS, MINUTE_MS } from "../../lib/domain/zoned-time"
import { copyTemplate, prepareTemplate } from "../../lib/launch/test-database.mjs"
import { openThrowaway } from "../../lib/launch/throwaway.mjs"
import type { AuditLog } from "../../lib/ports/audit-log"
import { findAvailability } from "../../lib/server/find-availability"
import { logBy } from "../../lib/testing/booking/desk"
import { unsealedLog } from "../../lib/testing/booking/twin"
import { runHarness } from "../../lib/testing/harness"
import { slotsByDefinition } from "../../lib/testing/slots-by-definition"

/*
 * D17: when ten people, each with a full calendar of 90 days, bookings and holds of others, buffers and focus blocks, are all free. The use case over PostgreSQL, from the question to the slots,
 * and beside it, on the same people, the rule alone and the scan of every candidate that it must agree with.
 *
 *   npm run bench -- availability [--calls 200]
 */

const { values } = parseArgs({ options: { calls: { type: "string", default: "200" } } })
const CALLS = Number(values.calls)
const PEOPLE = 10
const DAYS = 90
const A_DAY = 8
const BOOKED = 60
const P95_MS = 50
const ZONES = ["Europe/Berlin", "Europe/London", "Europe/Lisbon", "Europe/Athens"]
const W = "w"
const AGENT = "agent"

const DAY_MS = 24 * HOUR_MS
/** The next day, 00:00 UTC. */
const FIRST = (Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS
const iso = (ms: number) => new Date(ms).toISOString()
const quarter = (n: number) => n * 15 * MINUTE_MS
/** The same figures in every run (a linear congruential generator). */
let state = 1
const upTo = (n: number): number => {
  state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
  return Math.floor((state / 2 ** 32) * n)
}

const personAt = (n: number) => ({
  id: `person-${n}`,
  timeZone: ZONES[n % ZONES.length] as string,
  bufferMinutes: (n % 3) * 5,
  focusBlocks: [{ days: [2, 4], start: "09:00", end: "10:30" }],
})
const people = Array.from({ length: PEOPLE }, (_, n) => personAt(n))

/** Ten people as they are after some months of use: what they have connected, what was seen of it, and what agents have booked. */
async function furnish(owner: pg.Client, appUrl: string) {
  const db = postgresClient(appUrl, 4)
  const setup = postgresBookingSetup(db, unsealedLog as AuditLog)
  const bookings = postgresBookingStore(db)
  await owner.query("insert into workspaces (id, name) values ($1, $1)", [W])
  await setup.addAgent(W, { id: AGENT, name: AGENT }, logBy(AGENT, "agent-added"))
  await setup.addAgent(W, { id: "other", name: "other" }, logBy(AGENT, "agent-added"))
  for (const { id, timeZone, bufferMinutes, focusBlocks } of people) {
    await owner.query("insert into users (id, name, email) values ($1, $1, $1 || '@example.test')", [id])
    await owner.query(
      "insert into members (workspace_id, user_id, role, time_zone, working_hours) values ($1, $2, 'member', $3, $4)",
      [W, id, timeZone, JSON.stringify(DEFAULT_WORKING_HOURS)],
    )
    await owner.query(
      `insert into connections (workspace_id, id, user_id, provider, provider_account_id, email, scopes, access_token, access_expires_at)
        values ($1, $2, $2, 'google', $2, $2, '', '', now())`,
      [W, id],
    )
    await owner.query(
      "insert into synced_calendars (workspace_id, connection_id, calendar_id, user_id) values ($1, $2, 'main', $2)",
      [W, id],
    )
    const starts = Array.from(
      { length: DAYS * A_DAY },
      (_, i) => FIRST + Math.floor(i / A_DAY) * DAY_MS + quarter(upTo(72) + 24),
    )
    await owner.query(
      `insert into cached_events (workspace_id, connection_id, calendar_id, event_id, version, care_digest, starts_at, ends_at, event, seen_at)
        select $1, $2, 'main', 'e' || n, '"v"', 'd', s, s + interval '30 minutes', '{"busy": true, "status": "confirmed"}', now()
        from unnest($3::timestamptz[]) with ordinality as t (s, n)`,
      [W, id, starts.map(iso)],
    )
    await setup.rank(W, id, ["other", AGENT], logBy(id, "agents-ranked"))
    const calendar = { workspaceId: W, ownerId: id, calendarId: "main" }
    await setup.putCalendar(
      { ...calendar, name: "Main", times: { ...BOOKING_DEFAULTS, maxHolds: 50 } },
      logBy(id, "calendar-opened"),
    )
    await postgresAvailabilityStore(db, unsealedLog as AuditLog).putRules(
      W,
      id,
      { bufferMinutes, focusBlocks },
      logBy(id, "availability-changed"),
    )
    for (let n = 0; n < BOOKED; n++) {
      const start = iso(FIRST + upTo(DAYS) * DAY_MS + quarter(upTo(40) + 32))
      const slot = { start, end: addMs(start, 30 * MINUTE_MS) }
      await bookings.commit({
        ...calendar,
        agentId: "other",
        idempotency: null,
        id: crypto.randomUUID(),
        from: { slot },
        title: "Booked",
      })
    }
  }
  return {
    db,
    needs: {
      availability: postgresAvailabilityStore(db, unsealedLog as AuditLog),
      bookings,
      clock: { now: Date.now, monotonic: () => performance.now() },
    },
  }
}

const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

runHarness("availability", 10, async () => {
  const server = await openThrowaway()
  try {
    await prepareTemplate(server.ownerUrl)
    const { appUrl, ownerUrl } = await copyTemplate(server.ownerUrl)
    const owner = new pg.Client({ connectionString: ownerUrl })
    await owner.connect()
    const { db, needs } = await furnish(owner, appUrl)
    await owner.query("analyze")
    const wish = {
      userIds: people.map(({ id }) => id),
      from: iso(FIRST),
      to: iso(FIRST + DAYS * DAY_MS),
      durationMs: 30 * MINUTE_MS,
      stepMs: quarter(1),
      limit: 10_000,
    }
    const caller = { workspaceId: W, agentId: AGENT } as Parameters<typeof findAvailability>[1]
    const times: number[] = []
    let slots: Awaited<ReturnType<typeof findAvailability>> = null
    for (let n = -10; n < CALLS; n++) {
      const from = performance.now()
      slots = await findAvailability(needs, caller, wish)
      if (n >= 0) times.push(performance.now() - from)
    }
    times.sort((a, b) => a - b)

    const question = {
      people: await peopleOf(owner),
      window: { from: FIRST, to: FIRST + DAYS * DAY_MS },
      durationMs: wish.durationMs,
      stepMs: wish.stepMs,
      most: wish.limit,
    }
    const timed = <T>(work: () => T): [T, number] => {
      const from = performance.now()
      return [work(), performance.now() - from]
    }
    availableSlots(question)
    const [, ruleMs] = timed(() => availableSlots(question))
    const [scanned, scanMs] = timed(() => slotsByDefinition(question))
    const same =
      JSON.stringify(scanned.map(({ from, to }) => ({ start: iso(from), end: iso(to) }))) === JSON.stringify(slots)

    const [p50, p95] = [percentile(times, 0.5), percentile(times, 0.95)]
    console.log(
      `${PEOPLE} people, ${DAYS} days, ${PEOPLE * DAYS * A_DAY} events, ${slots?.length} slots; ${cpus().length} processors, load ${(loadavg()[0] ?? 0).toFixed(1)}`,
    )
    console.table({
      "from the question to the slots": { p50: `${p50.toFixed(1)} ms`, p95: `${p95.toFixed(1)} ms` },
      "the rule alone": { p50: `${ruleMs.toFixed(1)} ms` },
      "every candidate looked at": { p50: `${scanMs.toFixed(1)} ms` },
    })
    const missed: string[] = []
    if (p95 > P95_MS) missed.push(`p95 ${p95.toFixed(1)} ms, at most ${P95_MS} wanted`)
    if (!same || !slots?.length)
      missed.push(`${slots?.length} slots, and ${scanned.length} by looking at every candidate`)
    await db.$disconnect()
    await owner.end()
    return { figures: { p50, p95, ruleMs, scanMs, slots: slots?.length }, missed }
  } finally {
    await server.close()
  }
})

/** What stands, read as plainly as can be: not by the statements that are measured. */
async function peopleOf(owner: pg.Client): Promise<PersonsTime[]> {
  const { rows } = await owner.query<{ who: string; start: Date; end: Date }>(
    `select connection_id as who, starts_at as start, ends_at as end from cached_events
      union all select c.owner_id, t.starts_at, t.ends_at from taken_slots t join bookable_calendars c on c.workspace_id = t.workspace_id and c.no = t.calendar_no`,
  )
  return people.map(({ id, timeZone, bufferMinutes, focusBlocks }) => ({
    taken: rows.filter(({ who }) => who === id).map(({ start, end }) => ({ from: start.getTime(), to: end.getTime() })),
    bufferMs: bufferMinutes * MINUTE_MS,
    timeZone,
    workingHours: DEFAULT_WORKING_HOURS,
    focusBlocks,
  }))
}
