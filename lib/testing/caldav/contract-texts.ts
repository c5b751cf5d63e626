import { describe, expect, test } from "vitest"
import type { CalendarEvent } from "../../domain/event"
import type { Seen } from "../../domain/version"
import { appliedTo, hours, later, writing } from "../contracts/calendar-world"
import type { World } from "./contract"
import { keptLines } from "./texts"
import { statusesOf } from "./witness"

/** A write starts from a text: which one, and what is in it. */
export function textsContract(world: World): void {
  const nameOf = (event: Seen<CalendarEvent>) => event.value.ref.eventId
  const rename = (to: string) => (text: string) => text.replace(/SUMMARY:.*/, `SUMMARY:${to}`)
  const another = () => world().world.account(world().world.organizer)

  test("T1 the version is the server's own etag, verbatim and strong", async () => {
    const event = await world().given()
    expect(event.version).toMatch(/^".+"$/)
    expect(event.version).toBe((await world().hand.read(nameOf(event))).etag)
  })

  describe("T4 T7 changed meanwhile, and the text has to be read again: a conflict, and nothing was written", () => {
    test("before that reading: not even a request to write", async () => {
      const event = await world().given()
      const theirs = await world().hand.edit(nameOf(event), rename("Theirs"))
      const other = another()
      const { outcome, writes } = await world().watching(() =>
        other.update(event.value.ref, later(event.value), event.version, writing()),
      )
      expect(outcome).toEqual({ kind: "conflict" })
      expect(writes).toEqual([])
      expect(await world().hand.read(nameOf(event))).toEqual(theirs)
    })

    test("between that reading and the write", async () => {
      const event = await world().given()
      const other = another()
      const act = () => world().hand.edit(nameOf(event), rename("Theirs"))
      world().witness.next({ kind: "hold", method: "PUT", act })
      const { outcome, writes } = await world().watching(() =>
        other.update(event.value.ref, later(event.value), event.version, writing()),
      )
      expect(outcome).toEqual({ kind: "conflict" })
      expect(statusesOf(writes)).toEqual([412])
      expect((await world().hand.read(nameOf(event))).text).toContain("SUMMARY:Theirs")
    })
  })

  test("B4 that reading takes all of the write's time: nothing is sent", async () => {
    const event = await world().given()
    const other = another()
    world().witness.next({ kind: "latency", method: "GET", delayMs: 400 })
    const { outcome, writes } = await world().watching(() =>
      other.update(event.value.ref, later(event.value), event.version, writing({ timeoutMs: 150 })),
    )
    expect(outcome).toEqual({ kind: "notApplied", reason: "too-late-to-send" })
    expect(writes).toEqual([])
  })

  test("B4 a program that strips unknown properties: the marker is gone, and the content is still there to decide by", async () => {
    const event = await world().given()
    const moved = appliedTo(await world().mine.update(event.value.ref, later(event.value), event.version, writing()))
    const stripped = await world().hand.edit(nameOf(event), (text) => text.replace(/^X-.*\r?\n/gm, ""))
    expect(keptLines(stripped.text, /^X-/)).toEqual([])
    const standing = await world().standing(event.value.ref)
    expect(standing.value).toMatchObject({ marker: null, ...later(event.value) })
    // what was made is told by its UID, which nobody strips
    const marker = nameOf(event).replace(/\.ics$/, "")
    const draft = { summary: "Planning", start: event.value.start, end: event.value.end }
    appliedTo(await world().mine.create(world().calendarId, draft, writing({ marker })))
    expect((await world().standing(event.value.ref)).value).toMatchObject({ start: moved.value.start })
  })

  test("a guest's copy is not moved: refused with no request to write", async () => {
    const draft = { summary: "Theirs", ...hours(world().freshDay(), 9, 10) }
    const made = appliedTo(await world().mine.create(world().calendarId, draft, writing()))
    const guest = "ORGANIZER:mailto:kim@partner.example\r\nATTENDEE:mailto:alice@example.com"
    await world().hand.edit(nameOf(made), (text) => text.replace(/(SUMMARY:.*)/, `$1\r\n${guest}`))
    const copy = await world().standing(made.value.ref)
    expect(copy.value).toMatchObject({ movable: false, unmovable: "not-organizer" })
    const { outcome, writes } = await world().watching(() =>
      world().mine.update(copy.value.ref, later(copy.value), copy.version, writing()),
    )
    expect(outcome).toEqual({ kind: "forbidden", reason: "not-organizer" })
    expect(writes).toEqual([])
  })
}
