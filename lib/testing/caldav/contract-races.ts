import { describe, expect, test } from "vitest"
import type { CalendarEvent } from "../../domain/event"
import type { Seen, Version } from "../../domain/version"
import { appliedTo, hours, later, window, writing } from "../contracts/calendar-world"
import type { World } from "./contract"
import { statusesOf } from "./world"

/** Preconditions on a real server: who loses a race writes nothing. */
export function racesContract(world: World): void {
  const nameOf = (event: Seen<CalendarEvent>) => event.value.ref.eventId
  const rename = (to: string) => (text: string) => text.replace(/SUMMARY:.*/, `SUMMARY:${to}`)

  test("T1 every read has a version, the same in get and in list", async () => {
    const day = world().freshDay()
    const event = await world().given(hours(day, 9, 10))
    const listed = await world().listed(day)
    expect(listed.map(({ version }) => version)).toEqual([event.version])
    expect(event.version).toMatch(/^".+"$/)
    expect(event.version).toBe((await world().hand.read(nameOf(event))).etag)
  })

  test("T2 a write is one request and carries the version that was seen", async () => {
    const event = await world().given()
    const { mine, witness } = world()
    const changed = await witness.watching(() =>
      mine.update(event.value.ref, later(event.value), event.version, writing()),
    )
    const moved = appliedTo(changed.outcome)
    expect(moved.value).toMatchObject(later(event.value))
    expect(changed.writes).toMatchObject([{ method: "PUT", ifMatch: event.version }])
    const standing = await world().standing(event.value.ref)
    expect(standing.version).toBe(moved.version)
    expect(standing.value).toMatchObject(later(event.value))
    const gone = await witness.watching(() => mine.delete(event.value.ref, moved.version, writing()))
    expect(gone.outcome).toEqual({ kind: "deleted" })
    expect(gone.writes).toMatchObject([{ method: "DELETE", ifMatch: moved.version }])
    expect(await mine.get(event.value.ref)).toMatchObject({ kind: "gone" })
  })

  test("T3 an empty version is refused before anything is sent", async () => {
    const event = await world().given()
    const { mine, witness } = world()
    const { all } = await witness.watching(async () => {
      const none = "" as Version
      await expect(mine.update(event.value.ref, later(event.value), none, writing())).rejects.toThrow(RangeError)
      await expect(mine.delete(event.value.ref, none, writing())).rejects.toThrow(RangeError)
    })
    expect(all).toEqual([])
  })

  describe("T4 changed by the person meanwhile: a conflict, and nothing was written", () => {
    type Write = (event: Seen<CalendarEvent>) => Promise<unknown>
    const writes: readonly (readonly [string, Write])[] = [
      ["update", ({ value, version }) => world().mine.update(value.ref, later(value), version, writing())],
      ["delete", ({ value, version }) => world().mine.delete(value.ref, version, writing())],
    ]

    test.each(writes)("%s, of a text that was kept", async (_, write) => {
      const event = await world().given()
      const theirs = await world().hand.edit(nameOf(event), rename("Theirs"))
      const { outcome, writes: sent } = await world().witness.watching(() => write(event))
      expect(outcome).toEqual({ kind: "conflict" })
      expect(statusesOf(sent)).toEqual([412])
      expect(await world().hand.read(nameOf(event))).toEqual(theirs)
    })

    test("update, of a text that has to be read again: not even a request to write", async () => {
      const event = await world().given()
      const theirs = await world().hand.edit(nameOf(event), rename("Theirs"))
      const other = world().account("alice")
      const { outcome, writes: sent } = await world().witness.watching(() =>
        other.update(event.value.ref, later(event.value), event.version, writing()),
      )
      expect(outcome).toEqual({ kind: "conflict" })
      expect(sent).toEqual([])
      expect(await world().hand.read(nameOf(event))).toEqual(theirs)
    })

    test("between that reading and the write", async () => {
      const event = await world().given()
      const other = world().account("alice")
      const act = () => world().hand.edit(nameOf(event), rename("Theirs"))
      world().witness.next({ kind: "hold", method: "PUT", act })
      const { outcome, writes: sent } = await world().witness.watching(() =>
        other.update(event.value.ref, later(event.value), event.version, writing()),
      )
      expect(outcome).toEqual({ kind: "conflict" })
      expect(statusesOf(sent)).toEqual([412])
      expect((await world().hand.read(nameOf(event))).text).toContain("SUMMARY:Theirs")
    })
  })

  test("T8 16 writers with one version, five rounds: exactly one wins each, and its text is what stands", async () => {
    const event = await world().given()
    for (let round = 0; round < 5; round++) {
      const seen = await world().standing(event.value.ref)
      const names = Array.from({ length: 16 }, (_, i) => `Round ${round}, writer ${i}`)
      const { outcome: outcomes, writes } = await world().witness.watching(() =>
        Promise.all(names.map((summary) => world().mine.update(seen.value.ref, { summary }, seen.version, writing()))),
      )
      const kinds = outcomes.map(({ kind }) => kind)
      expect(kinds.filter((kind) => kind === "applied")).toHaveLength(1)
      expect(kinds.filter((kind) => kind === "conflict")).toHaveLength(15)
      expect(writes.every(({ ifMatch }) => ifMatch === seen.version)).toBe(true)
      expect((await world().standing(event.value.ref)).value.summary).toBe(names[kinds.indexOf("applied")])
    }
  })

  test("T4 deleted under a write: gone, and it stays gone", async () => {
    const event = await world().given()
    await world().hand.remove(nameOf(event))
    const { mine, witness } = world()
    const { outcome, writes } = await witness.watching(() =>
      mine.update(event.value.ref, later(event.value), event.version, writing()),
    )
    // RFC 9110 13.1.1: If-Match on what is not there is a 412, and some say 404
    expect(["gone", "conflict"]).toContain(outcome.kind)
    expect(writes).toHaveLength(1)
    expect(await mine.get(event.value.ref)).toMatchObject({ kind: "gone" })
    expect(await world().hand.names()).not.toContain(nameOf(event))
  })

  test("A, B and A again: applied where the version came back with the content, else a conflict", async () => {
    const event = await world().given()
    const a = await world().hand.read(nameOf(event))
    await world().hand.edit(nameOf(event), rename("B"))
    const again = await world().hand.write(nameOf(event), a.text)
    expect(again.etag === a.etag).toBe(world().server.contentHashes)
    const { mine, witness } = world()
    const { outcome, writes } = await witness.watching(() =>
      mine.update(event.value.ref, later(event.value), event.version, writing()),
    )
    expect(outcome.kind).toBe(again.etag === a.etag ? "applied" : "conflict")
    expect(writes).toHaveLength(1)
    // either way nothing of B, and all of A
    const standing = await world().standing(event.value.ref)
    expect(standing.value.summary).toBe(event.value.summary)
  })

  test("a guest's copy is not moved: refused with no request to write", async () => {
    const day = world().freshDay()
    const { calendarId } = world().server
    const draft = { summary: "Theirs", ...hours(day, 9, 10) }
    const made = appliedTo(await world().mine.create(calendarId, draft, writing()))
    const guest = "ORGANIZER:mailto:kim@partner.example\r\nATTENDEE:mailto:alice@example.com"
    await world().hand.edit(made.value.ref.eventId, (text) => text.replace(/(SUMMARY:.*)/, `$1\r\n${guest}`))
    const copy = await world().standing(made.value.ref)
    expect(copy.value).toMatchObject({ movable: false, unmovable: "not-organizer" })
    const { outcome, writes } = await world().witness.watching(() =>
      world().mine.update(copy.value.ref, later(copy.value), copy.version, writing()),
    )
    expect(outcome).toEqual({ kind: "forbidden", reason: "not-organizer" })
    expect(writes).toEqual([])
  })

  test("busy tells what list tells", async () => {
    const day = world().freshDay()
    await world().given(hours(day, 9, 10))
    await world().given(hours(day, 10, 11))
    const answer = await world().mine.busy(world().server.calendarId, window(day))
    const { start } = hours(day, 9, 10)
    const { start: end } = hours(day, 11, 12)
    if (start.kind !== "timed" || end.kind !== "timed" || answer.kind !== "busy") return expect.unreachable(answer.kind)
    expect(answer.busy.map((each) => [Date.parse(each.start), Date.parse(each.end)])).toEqual([
      [Date.parse(start.at), Date.parse(end.at)],
    ])
  })
}
