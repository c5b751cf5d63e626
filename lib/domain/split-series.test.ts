import fc from "fast-check"
import { RRuleTemporal } from "rrule-temporal"
import { Temporal } from "temporal-polyfill"
import { describe, expect, test } from "vitest"
import { allDay, calendarEvent, timed } from "../testing/builders"
import type { CalendarEvent, When } from "./event"
import { countFrom, endsBefore, instanceAt, splitSeries, withoutInstances } from "./split-series"

const BERLIN = "Europe/Berlin"
const wall = (date: string, clock: string, zone = BERLIN): When =>
  timed(Temporal.PlainDateTime.from(`${date}T${clock}`).toZonedDateTime(zone).toInstant().toString(), zone)
const span = (date: string, from: string, to: string, zone = BERLIN) => ({
  start: wall(date, from, zone),
  end: wall(date, to, zone),
})
const series = (recurrence: readonly string[], over: Partial<CalendarEvent> = {}): CalendarEvent =>
  calendarEvent({ shape: "series", recurrence, ...span("2026-10-06", "10:00", "10:30"), ...over })

describe("T13 this and all later ones", () => {
  test("the rest of COUNT goes with the new series, the old one ends the day before, and clocks that change do not matter", () => {
    const parts = splitSeries(series(["RRULE:FREQ=WEEKLY;COUNT=8"]), wall("2026-11-10", "10:00"), {
      ...span("2026-11-12", "15:00", "15:45"),
    })
    expect(parts).toEqual({
      head: { start: wall("2026-10-06", "10:00"), recurrence: ["RRULE:FREQ=WEEKLY;UNTIL=20261109T225959Z"] },
      tail: {
        start: wall("2026-11-12", "15:00"),
        end: timed("2026-11-12T14:45:00.000Z"),
        recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3"],
      },
    })
  })

  test("UNTIL stays with the new series, and dates that were left out go with their part", () => {
    const rules = [
      "RRULE:FREQ=WEEKLY;UNTIL=20261231T225959Z",
      "EXDATE;TZID=Europe/Berlin:20261013T100000,20261117T100000",
    ]
    expect(splitSeries(series(rules), wall("2026-11-03", "10:00"), { summary: "Sync" })).toEqual({
      head: {
        start: wall("2026-10-06", "10:00"),
        recurrence: ["RRULE:FREQ=WEEKLY;UNTIL=20261102T225959Z", "EXDATE:20261013T080000Z"],
      },
      tail: {
        ...span("2026-11-03", "10:00", "10:30"),
        recurrence: ["RRULE:FREQ=WEEKLY;UNTIL=20261231T225959Z", "EXDATE:20261117T090000Z"],
        summary: "Sync",
      },
    })
  })

  test("dates that are left out move along with the new series", () => {
    const parts = splitSeries(
      series(["RRULE:FREQ=WEEKLY", "EXDATE:20261117T090000Z"]),
      wall("2026-11-03", "10:00"),
      span("2026-11-04", "11:00", "11:30"),
    )
    expect(parts?.tail.recurrence).toEqual(["RRULE:FREQ=WEEKLY", "EXDATE:20261118T100000Z"])
    if (!parts) return
    const gone = [wall("2026-11-24", "10:00")]
    expect(withoutInstances(parts.tail, wall("2026-11-03", "10:00"), gone).at(-1)).toBe("EXDATE:20261125T100000Z")
  })

  test("dates that were added go with their part too, and move along; an old series with a later one does not end before", () => {
    const whole = series(["RRULE:FREQ=WEEKLY", "RDATE:20261018T080000Z,20261122T090000Z", "EXDATE:20261117T090000Z"])
    const from = wall("2026-11-03", "10:00")
    const parts = splitSeries(whole, from, span("2026-11-04", "11:00", "11:30"))
    expect(parts?.head.recurrence).toEqual(["RRULE:FREQ=WEEKLY;UNTIL=20261102T225959Z", "RDATE:20261018T080000Z"])
    expect(parts?.tail.recurrence).toEqual(["RRULE:FREQ=WEEKLY", "RDATE:20261123T100000Z", "EXDATE:20261118T100000Z"])
    if (!parts) return
    expect(endsBefore(parts.head, from)).toBe(true)
    expect(endsBefore({ ...parts.head, recurrence: [...parts.head.recurrence, "RDATE:20261122T090000Z"] }, from)).toBe(
      false,
    )
  })

  test("whole days end on the day before, and get another title", () => {
    const days = series(["RRULE:FREQ=MONTHLY;COUNT=5"], { start: allDay("2026-10-06"), end: allDay("2026-10-07") })
    expect(splitSeries(days, allDay("2026-12-06"), { summary: "Rent" })).toMatchObject({
      head: { recurrence: ["RRULE:FREQ=MONTHLY;UNTIL=20261205"] },
      tail: { start: allDay("2026-12-06"), end: allDay("2026-12-07"), recurrence: ["RRULE:FREQ=MONTHLY;COUNT=3"] },
    })
  })

  test.each([
    ["the first one: all of the series is meant", ["RRULE:FREQ=WEEKLY"], "2026-10-06"],
    ["a day on which the rule has none", ["RRULE:FREQ=WEEKLY"], "2026-10-14"],
    ["several rules", ["RRULE:FREQ=WEEKLY", "RRULE:FREQ=DAILY"], "2026-10-13"],
    ["periods that were added", ["RRULE:FREQ=WEEKLY", "RDATE;VALUE=PERIOD:20261018T080000Z/PT1H"], "2026-10-13"],
    ["dates left out of a rule", ["RRULE:FREQ=WEEKLY", "EXRULE:FREQ=MONTHLY"], "2026-10-13"],
    ["more than one a day", ["RRULE:FREQ=DAILY;BYHOUR=10,16"], "2026-10-13"],
    ["every hour", ["RRULE:FREQ=HOURLY"], "2026-10-13"],
    ["a rule that yields nothing", ["RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"], "2026-10-13"],
    ["no rule", [], "2026-10-13"],
  ])("not parted: %s", (_, rules, date) => {
    expect(splitSeries(series(rules), wall(date, "10:00"), { summary: "x" })).toBeNull()
  })

  test("not parted: two weekdays to another day", () => {
    const rules = ["RRULE:FREQ=WEEKLY;BYDAY=TU,TH"]
    expect(splitSeries(series(rules), wall("2026-10-15", "10:00"), span("2026-10-16", "10:00", "10:30"))).toBeNull()
    expect(splitSeries(series(rules), wall("2026-10-15", "10:00"), span("2026-10-15", "11:00", "11:30"))).not.toBeNull()
  })

  const every = ({ start, recurrence }: Pick<CalendarEvent, "start" | "recurrence">): number[] => {
    if (start.kind !== "timed") throw new Error("timed only")
    const local = Temporal.Instant.from(start.at).toZonedDateTimeISO(start.timeZone).toPlainDateTime()
    const dtstart = `DTSTART;TZID=${start.timeZone}:${local.toString({ smallestUnit: "second" }).replace(/[-:]/g, "")}`
    const rule = new RRuleTemporal({ rruleString: [dtstart, ...recurrence].join("\n"), temporal: Temporal })
    return rule.between(new Date("2026-01-01"), new Date("2029-01-01"), true).map((z) => z.epochMilliseconds)
  }

  test("for any rule, zone and instance: both parts together yield what the whole did, each once", () => {
    const zone = fc.constantFrom(BERLIN, "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC")
    const freq = fc.constantFrom(
      "FREQ=DAILY",
      "FREQ=WEEKLY",
      "FREQ=WEEKLY;INTERVAL=2",
      "FREQ=WEEKLY;BYDAY=MO,TU,TH",
      "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
      "FREQ=MONTHLY;BYDAY=1TU",
      "FREQ=MONTHLY;BYMONTHDAY=6",
      "FREQ=YEARLY",
    )
    const end = fc.constantFrom("COUNT=14", "COUNT=40", "UNTIL=20280401T000000Z")
    fc.assert(
      fc.property(zone, freq, end, fc.nat(), (timeZone, by, until, pick) => {
        const whole = series([`RRULE:${by};${until}`], span("2026-10-06", "10:00", "10:30", timeZone))
        const all = every(whole)
        const at = all[pick % all.length]
        if (at === undefined || at === all[0]) return
        const from = timed(new Date(at).toISOString(), timeZone)
        const parts = splitSeries(whole, from, { summary: "x" })
        if (!parts) return expect.unreachable(`not parted: ${whole.recurrence} at ${from}`)
        expect([...every(parts.head), ...every(parts.tail)]).toEqual(all)
        expect(endsBefore(parts.head, from)).toBe(true)
        expect(endsBefore(whole, from)).toBe(false)
        const toMs = Date.parse("2028-12-31T00:00:00Z")
        expect(countFrom(whole, from, toMs)).toBe(all.filter((ms) => ms >= at).length)
      }),
      { numRuns: 300 },
    )
  })

  test("the named instance is shown as its series has it", () => {
    expect(instanceAt(series(["RRULE:FREQ=WEEKLY"]), timed("2026-11-10T09:00:00Z", "UTC"))).toMatchObject(
      span("2026-11-10", "10:00", "10:30"),
    )
  })
})
