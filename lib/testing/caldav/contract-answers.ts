import { describe, expect, test } from "vitest"
import { appliedTo, hours, later, writing } from "../contracts/calendar-world"
import type { World } from "./contract"
import { keptLines } from "./texts"
import { statusesOf } from "./world"

/** Exactly once on a real server, whose answers get lost. */
export function answersContract(world: World): void {
  test("B4 create twice with one marker is one event, applied both times", async () => {
    const { mine, witness, server } = world()
    const day = world().freshDay()
    const [draft, options] = [{ summary: "Once", ...hours(day, 9, 10) }, writing()]
    const first = appliedTo(await mine.create(server.calendarId, draft, options))
    const { outcome, writes } = await witness.watching(() => mine.create(server.calendarId, draft, options))
    expect(appliedTo(outcome).value.ref).toEqual(first.value.ref)
    expect(writes).toMatchObject([{ method: "PUT", ifNoneMatch: "*", status: 412 }])
    expect(await world().listed(day)).toHaveLength(1)
  })

  describe.each(["lost503", "reset"] as const)("B4 carried out, and the answer is lost (%s)", (kind) => {
    test("an update is unknown after one request, and found by its marker", async () => {
      const { mine, witness } = world()
      const event = await world().given()
      const options = writing()
      witness.next({ kind, method: "PUT" })
      const { outcome, writes } = await witness.watching(() =>
        mine.update(event.value.ref, later(event.value), event.version, options),
      )
      expect(outcome).toMatchObject({ kind: "unknown" })
      expect(statusesOf(writes)).toEqual([kind === "reset" ? null : 503])
      const standing = await world().standing(event.value.ref)
      expect(standing.value).toMatchObject({ marker: options.marker, ...later(event.value) })
    })

    test("a create is unknown after one request, found by its marker, and not made twice", async () => {
      const { mine, witness, server } = world()
      const day = world().freshDay()
      const [draft, options] = [{ summary: "Lost", ...hours(day, 9, 10) }, writing()]
      witness.next({ kind, method: "PUT" })
      const { outcome, writes } = await witness.watching(() => mine.create(server.calendarId, draft, options))
      expect(outcome).toMatchObject({ kind: "unknown" })
      expect(writes).toHaveLength(1)
      expect(await mine.findCreated(server.calendarId, draft, options.marker)).toMatchObject({ kind: "found" })
      appliedTo(await mine.create(server.calendarId, draft, options))
      expect(await world().listed(day)).toHaveLength(1)
    })

    test("a delete is unknown after one request, and gone", async () => {
      const { mine, witness } = world()
      const event = await world().given()
      witness.next({ kind, method: "DELETE" })
      const { outcome, writes } = await witness.watching(() => mine.delete(event.value.ref, event.version, writing()))
      expect(outcome).toMatchObject({ kind: "unknown" })
      expect(writes).toHaveLength(1)
      expect(await mine.get(event.value.ref)).toMatchObject({ kind: "gone" })
    })
  })

  test("B4 too late to wait for: unknown, one request", async () => {
    const { mine, witness } = world()
    const event = await world().given()
    witness.next({ kind: "latency", method: "PUT", delayMs: 400 })
    const { outcome, writes } = await witness.watching(async () => {
      const answer = await mine.update(event.value.ref, later(event.value), event.version, writing({ timeoutMs: 150 }))
      await new Promise((resolve) => setTimeout(resolve, 700))
      return answer
    })
    expect(outcome).toMatchObject({ kind: "unknown" })
    expect(writes).toHaveLength(1)
  })

  test("B4 a program that strips unknown properties: the marker is gone, and the content is still there to decide by", async () => {
    const event = await world().given()
    const moved = appliedTo(await world().mine.update(event.value.ref, later(event.value), event.version, writing()))
    const stripped = await world().hand.edit(event.value.ref.eventId, (text) => text.replace(/^X-.*\r?\n/gm, ""))
    expect(keptLines(stripped.text, /^X-/)).toEqual([])
    const standing = await world().standing(event.value.ref)
    expect(standing.value).toMatchObject({ marker: null, ...later(event.value) })
    // what was made is told by its UID, which nobody strips
    const marker = event.value.ref.eventId.replace(/\.ics$/, "")
    const draft = { summary: "Planning", start: event.value.start, end: event.value.end }
    appliedTo(await world().mine.create(world().server.calendarId, draft, writing({ marker })))
    expect((await world().standing(event.value.ref)).value).toMatchObject({ start: moved.value.start })
  })
}
