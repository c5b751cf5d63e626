import { randomUUID } from "node:crypto"
import type { Temporal } from "temporal-polyfill"
import { describe, expect, test } from "vitest"
import { appliedTo, hours, later, writing } from "../contracts/calendar-world"
import type { World } from "./contract"
import { ALARM_LINES, at, calendarText, keptLines, UNKNOWN_LINES } from "./texts"

/** Series written elsewhere: what was not meant stays. */
export function seriesContract(world: World): void {
  /** Five weeks from `day`, 9 to 10: the second excluded, the third moved to 14:00 by hand. */
  async function series(day: Temporal.PlainDate) {
    const name = `${randomUUID()}.ics`
    const uid = `UID:${name.slice(0, -4)}`
    const week = (n: number) => day.add({ days: 7 * n })
    const master = [
      uid,
      at("DTSTART", day, 9),
      at("DTEND", day, 10),
      "RRULE:FREQ=WEEKLY;COUNT=5",
      at("EXDATE", week(1), 9),
    ]
    const override = [uid, at("RECURRENCE-ID", week(2), 9), at("DTSTART", week(2), 14), at("DTEND", week(2), 15)]
    const text = calendarText(
      [...master, "SUMMARY:Weekly", ...UNKNOWN_LINES, ...ALARM_LINES],
      [...override, "SUMMARY:Weekly\\, elsewhere", "X-SEATS:none"],
    )
    const held = await world().hand.write(name, text)
    return { name, week, held, instances: await world().listed(day, 36) }
  }

  const start = (on: Temporal.PlainDate, hour: number) => hours(on, hour, hour + 1).start
  const starts = async (day: Temporal.PlainDate) => (await world().listed(day, 36)).map(({ value }) => value.start)

  test("T1 a series is read with its exclusion and its exception, all under the version of their resource", async () => {
    const day = world().freshDay(40)
    const { week, held, instances } = await series(day)
    expect(instances.map(({ value }) => value.start)).toEqual([
      start(day, 9),
      start(week(2), 14),
      start(week(3), 9),
      start(week(4), 9),
    ])
    expect(new Set(instances.map(({ version }) => version))).toEqual(new Set([held.etag]))
  })

  test("this instance: an exception more; exclusion, exception, unknown properties and alarm stay", async () => {
    const day = world().freshDay(40)
    const { name, week, held, instances } = await series(day)
    const fourth = instances[2] ?? expect.unreachable("the fourth week")
    const { mine } = world()
    const { outcome, writes } = await world().watching(() =>
      mine.update(fourth.value.ref, later(fourth.value), fourth.version, writing()),
    )
    expect(appliedTo(outcome).value).toMatchObject({ shape: "exception", ...later(fourth.value) })
    expect(writes).toMatchObject([{ method: "PUT", ifMatch: held.etag }])
    expect(await starts(day)).toEqual([start(day, 9), start(week(2), 14), start(week(3), 10), start(week(4), 9)])
    const { text } = await world().hand.read(name)
    for (const pattern of [/^(EXDATE|RRULE)/, /^X-SEATS:none/])
      expect(keptLines(text, pattern)).toEqual(keptLines(held.text, pattern))
    expect(keptLines(text, /^RECURRENCE-ID/)).toHaveLength(2)
  })

  test("the whole series, an hour later: what names its instances moves along", async () => {
    const day = world().freshDay(40)
    const { name, week, held } = await series(day)
    const whole = await world().standing(world().ref(name))
    expect(whole.value).toMatchObject({ shape: "series" })
    appliedTo(await world().mine.update(whole.value.ref, later(whole.value), whole.version, writing()))
    expect(await starts(day)).toEqual([start(day, 10), start(week(2), 14), start(week(3), 10), start(week(4), 10)])
    const { text } = await world().hand.read(name)
    expect(keptLines(text, /^RECURRENCE-ID/)).toHaveLength(1)
    expect(keptLines(text, /^SUMMARY/)).toEqual(keptLines(held.text, /^SUMMARY/))
  })

  test("one instance less: an exclusion more", async () => {
    const day = world().freshDay(40)
    const { name, week, instances } = await series(day)
    const [first] = instances
    if (!first) return expect.unreachable("the first week")
    const outcome = await world().mine.delete(first.value.ref, first.version, writing())
    expect(outcome).toEqual({ kind: "deleted" })
    expect(await starts(day)).toEqual([start(week(2), 14), start(week(3), 9), start(week(4), 9)])
    const excluded = keptLines((await world().hand.read(name)).text, /^EXDATE/)
      .join()
      .match(/\d{8}T\d{6}/g)
    expect(excluded).toHaveLength(2)
  })

  describe("T4 another instance was changed by hand: a conflict, and nothing was written", () => {
    test.each(["update", "delete"] as const)("%s", async (verb) => {
      const day = world().freshDay(40)
      const { name, instances } = await series(day)
      const [first] = instances
      if (!first) return expect.unreachable("the first week")
      const theirs = await world().hand.edit(name, (text) => text.replace("X-SEATS:none", "X-SEATS:two"))
      const { mine } = world()
      const { outcome, writes } = await world().watching(() =>
        verb === "update"
          ? mine.update(first.value.ref, later(first.value), first.version, writing())
          : mine.delete(first.value.ref, first.version, writing()),
      )
      expect(outcome).toEqual({ kind: "conflict" })
      // a list keeps no texts: the one to start from was read again, and is another
      expect(writes).toEqual([])
      expect(await world().hand.read(name)).toEqual(theirs)
    })
  })

  test("one that began before the window costs no request more where the server looks at it, elsewhere one that tells its version", async () => {
    const day = world().freshDay(40)
    const name = `${randomUUID()}.ics`
    const time = [at("DTSTART", day, 9), at("DTEND", day, 10), "RRULE:FREQ=WEEKLY;COUNT=5"]
    await world().hand.write(name, calendarText([`UID:${name.slice(0, -4)}`, ...time, "SUMMARY:Weekly"]))
    const third = day.add({ days: 14 })
    const reading = () => world().watching(() => world().listed(third))
    await reading()
    const { outcome, all } = await reading()
    expect(outcome.map(({ value }) => value.start)).toEqual([start(third, 9)])
    const { expands } = world().server
    expect(all.map(({ method }) => method)).toEqual(expands ? ["REPORT"] : ["REPORT", "REPORT"])
    await world().hand.edit(name, (text) => text.replace("SUMMARY:Weekly", "SUMMARY:Renamed"))
    const again = await reading()
    expect(again.outcome.map(({ value }) => value.summary)).toEqual(["Renamed"])
    expect(again.all).toHaveLength(expands ? 1 : 3)
  })

  test("unknown properties and alarms of a single event survive, to the byte", async () => {
    const day = world().freshDay()
    const name = `${randomUUID()}.ics`
    const lines = [`UID:${name.slice(0, -4)}`, at("DTSTART", day, 9), at("DTEND", day, 10), "SUMMARY:Trip"]
    const held = await world().hand.write(name, calendarText([...lines, ...UNKNOWN_LINES, ...ALARM_LINES]))
    const event = await world().standing(world().ref(name))
    appliedTo(await world().mine.update(event.value.ref, later(event.value), event.version, writing()))
    const { text } = await world().hand.read(name)
    const pattern = /^(?!DT|LAST-MODIFIED|SEQUENCE|X-IFMATCH)/
    expect(keptLines(text, pattern)).toEqual(keptLines(held.text, pattern))
    for (const line of [...UNKNOWN_LINES, ...ALARM_LINES]) expect(text.split("\r\n")).toContain(line)
  })
}
