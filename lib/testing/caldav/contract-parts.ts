import { randomUUID } from "node:crypto"
import type { Temporal } from "temporal-polyfill"
import { expect, test } from "vitest"
import type { EventPatch, When } from "../../domain/event"
import { splitSeries } from "../../domain/split-series"
import { appliedTo, hours, instantOf, writing } from "../contracts/calendar-world"
import type { World } from "./contract"
import { ALARM_LINES, at, calendarText, keptLines, UNKNOWN_LINES } from "./texts"

/** A series parted in two, by what is in its text: nothing of it is on neither side, and nothing on both. */
export function partsContract(world: World): void {
  /** Six weeks from `day`, 9 to 10: the second and the fifth left out, one added on a Sunday in each half, the first and the last changed by hand. */
  async function given() {
    const day = world().freshDay(60)
    const name = `${randomUUID()}.ics`
    const uid = `UID:${name.slice(0, -4)}`
    const week = (n: number) => day.add({ days: 7 * n })
    const dates = (property: string, ...days: Temporal.PlainDate[]) =>
      `${at(property, days[0] ?? day, 9)}${days.slice(1).map((each) => `,${at("", each, 9).replace(/^.*:/, "")}`)}`
    const master = [
      ...[uid, at("DTSTART", day, 9), "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=6", "SUMMARY:Weekly"],
      ...[dates("EXDATE", week(1), week(4)), dates("RDATE", day.add({ days: 6 }), day.add({ days: 27 }))],
      ...["DESCRIPTION:Minutes\\, every week", "CATEGORIES:WORK,CLIENT", ...UNKNOWN_LINES, ...ALARM_LINES],
    ]
    const changed = (n: number, note: string) => [
      ...[uid, at("RECURRENCE-ID", week(n), 9), at("DTSTART", week(n), 14), at("DTEND", week(n), 15)],
      ...["SUMMARY:Weekly", note, ...ALARM_LINES],
    ]
    const held = await world().hand.write(
      name,
      calendarText(master, changed(0, "X-NOTE:first"), changed(5, "X-NOTE:last")),
    )
    const series = await world().standing(world().ref(name))
    const starts = async () => (await world().listed(day, 60)).map(({ value }) => instantOf(value.start))
    return { name, week, day, held, series, starts, from: hours(week(3), 9, 10).start }
  }

  const hour = (on: Temporal.PlainDate, from: number) => instantOf(hours(on, from, from + 1).start)

  async function parted(wish: (week: (n: number) => Temporal.PlainDate) => EventPatch) {
    const stage = await given()
    const { series, from, week } = stage
    const parts = splitSeries(series.value, from, wish(week)) ?? expect.unreachable("cannot be parted")
    const made = appliedTo(await world().mine.split(series.value.ref, from, parts.tail, series.version, writing()))
    const ended = appliedTo(await world().mine.update(series.value.ref, parts.head, series.version, writing()))
    return { ...stage, parts, made, ended, theirs: await world().hand.read(made.value.ref.eventId) }
  }

  test("T13 every instance once: left out, added and changed ones go with their part, and an hour later with it", async () => {
    const { day, week, starts } = await parted((n) => hours(n(3), 10, 11))
    expect(await starts()).toEqual([
      hour(week(0), 14),
      hour(day.add({ days: 6 }), 9),
      hour(week(2), 9),
      hour(week(3), 10),
      hour(day.add({ days: 27 }), 10),
      hour(week(5), 14),
    ])
  })

  test("T13 what no field of ours names is in both, to the byte, and each exception in one", async () => {
    const { name, held, theirs, made } = await parted((n) => hours(n(3), 10, 11))
    const old = await world().hand.read(name)
    const pattern = /^(DESCRIPTION|CATEGORIES|X-(?!IFMATCH|NOTE)|BEGIN:VALARM|ACTION|TRIGGER|TZID)/
    const lines = (text: string) => [...new Set(keptLines(text, pattern))].sort()
    expect(lines(old.text)).toEqual(lines(held.text))
    expect(lines(theirs.text)).toEqual(lines(held.text))
    expect(keptLines(old.text, /^X-NOTE/)).toEqual(["X-NOTE:first"])
    expect(keptLines(theirs.text, /^X-NOTE/)).toEqual(["X-NOTE:last"])
    expect(new Set(keptLines(theirs.text, /^UID/))).toEqual(new Set([`UID:${made.value.marker}`]))
  })

  test("T13 from one that was changed by hand on, under another title: it keeps its time, and what else was changed", async () => {
    const { week, series } = await given()
    const from: When = hours(week(5), 9, 10).start
    const parts = splitSeries(series.value, from, { summary: "Renamed" }) ?? expect.unreachable("cannot be parted")
    const made = appliedTo(await world().mine.split(series.value.ref, from, parts.tail, series.version, writing()))
    appliedTo(await world().mine.update(series.value.ref, parts.head, series.version, writing()))
    const last = (await world().listed(week(5))).map(({ value }) => [instantOf(value.start), value.summary])
    expect(last).toEqual([[hour(week(5), 14), "Renamed"]])
    expect(keptLines((await world().hand.read(made.value.ref.eventId)).text, /^X-NOTE/)).toEqual(["X-NOTE:last"])
  })

  test("that it cannot be undone is told before, where later ones were changed by hand", async () => {
    const { series, from } = await given()
    expect(await world().mine.tail(series.value.ref, from)).toMatchObject({
      kind: "tail",
      unkept: 0,
      loses: ["no-undo"],
    })
  })

  test("a meeting of somebody else's, and one without a zone, are refused, unsent", async () => {
    const kim = ["ORGANIZER:mailto:kim@partner.example", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:alice@example.com"]
    const floating = (line: string) => line.replace(/;TZID=[^:]+/, "")
    for (const [more, edit, reason] of [
      [kim, String, "not-organizer"],
      [[], floating, "not-supported"],
    ] as const) {
      const day = world().freshDay(30)
      const name = `${randomUUID()}.ics`
      const time = [at("DTSTART", day, 9), at("DTEND", day, 10)].map(edit)
      const lines = [`UID:${name.slice(0, -4)}`, ...time, "RRULE:FREQ=WEEKLY;COUNT=4", "SUMMARY:Theirs", ...more]
      await world().hand.write(name, calendarText(lines))
      const series = await world().standing(world().ref(name))
      const from = hours(day.add({ days: 14 }), 9, 10)
      expect(await world().mine.tail(series.value.ref, from.start)).toEqual({ kind: "forbidden", reason })
      const patch = { ...from, recurrence: ["RRULE:FREQ=WEEKLY;COUNT=2"] }
      const { outcome, writes } = await world().watching(() =>
        world().mine.split(series.value.ref, from.start, patch, series.version, writing()),
      )
      expect(outcome).toEqual({ kind: "forbidden", reason })
      expect(writes).toEqual([])
    }
  })

  test("T4 another instance was changed by hand after it was copied: the old one is not ended", async () => {
    const { series, from, week, name } = await given()
    const parts = splitSeries(series.value, from, hours(week(3), 10, 11)) ?? expect.unreachable("cannot be parted")
    appliedTo(await world().mine.split(series.value.ref, from, parts.tail, series.version, writing()))
    const theirs = await world().hand.edit(name, (text) => text.replace("X-NOTE:last", "X-NOTE:later"))
    const outcome = await world().mine.update(series.value.ref, parts.head, series.version, writing())
    expect(outcome).toEqual({ kind: "conflict" })
    expect(await world().hand.read(name)).toEqual(theirs)
  })
}
