import { randomUUID } from "node:crypto"
import { describe, expect, test } from "vitest"
import { appliedTo, writing } from "../contracts/calendar-world"
import type { World } from "./contract"
import { basic } from "./servers"
import { statusesOf } from "./witness"
import { SIDE } from "./world"

/** Moves between calendars as servers carry them out (RFC 4918 9.9). */
export function movesContract(world: World): void {
  /** Another event of the same name in the second calendar. */
  async function plant(name: string): Promise<void> {
    const { server, hand } = world()
    const other = (await hand.read(name)).text
      .replaceAll(name.replace(".ics", ""), randomUUID())
      .replace("SUMMARY:Planning", "SUMMARY:Other")
    const url = `${server.url}${server.homeOf("alice")}${SIDE}/${name}`
    const headers = { authorization: basic("alice"), "content-type": "text/calendar" }
    expect((await fetch(url, { method: "PUT", headers, body: other })).ok).toBe(true)
  }

  describe("T2 MOVE", () => {
    test("to another calendar and back: one request each, under the version that was seen", async ({ skip }) => {
      if (!world().server.can.moves) return skip("this server has no MOVE")
      const event = await world().given()
      const { outcome, writes } = await world().watching(() =>
        world().mine.move(event.value.ref, SIDE, event.version, writing()),
      )
      const there = appliedTo(outcome)
      expect(there.value.ref).toEqual({ ...event.value.ref, calendarId: SIDE })
      expect(writes).toMatchObject([{ method: "MOVE", ifMatch: event.version }])
      expect((await world().mine.get(event.value.ref)).kind).toBe("gone")
      appliedTo(await world().mine.move(there.value.ref, world().calendarId, there.version, writing()))
      expect((await world().standing(event.value.ref)).value).toEqual(event.value)
    })

    test("T4 changed between our reading and the request: refused, or moved with that change in it", async ({
      skip,
    }) => {
      if (!world().server.can.moves) return skip("this server has no MOVE")
      const event = await world().given()
      const act = () => world().world.byHand(event.value, { summary: "Theirs" })
      world().witness.next({ kind: "hold", method: "MOVE", act })
      const { outcome, writes } = await world().watching(() =>
        world().mine.move(event.value.ref, SIDE, event.version, writing()),
      )
      expect(writes).toHaveLength(1)
      // Radicale does not look at If-Match here
      const refuses = world().server.name === "cyrus"
      expect(outcome.kind).toBe(refuses ? "conflict" : "applied")
      const ref = refuses ? event.value.ref : { ...event.value.ref, calendarId: SIDE }
      expect((await world().standing(ref)).value.summary).toBe("Theirs")
    })

    test("the name is taken over there: refused, and both stay as they are", async ({ skip }) => {
      if (!world().server.can.moves) return skip("this server has no MOVE")
      const event = await world().given()
      await plant(event.value.ref.eventId)
      const { outcome, writes } = await world().watching(() =>
        world().mine.move(event.value.ref, SIDE, event.version, writing()),
      )
      expect(outcome).toEqual({ kind: "forbidden", reason: "provider-refused" })
      expect(writes).toEqual([])
      expect(await world().standing(event.value.ref)).toEqual(event)
      expect((await world().standing({ ...event.value.ref, calendarId: SIDE })).value.summary).toBe("Other")
    })

    test("it is taken in the last moment: refused by the server, and both stay as they are", async ({ skip }) => {
      if (!world().server.can.moves) return skip("this server has no MOVE")
      const event = await world().given()
      const act = () => plant(event.value.ref.eventId)
      world().witness.next({ kind: "hold", method: "MOVE", act })
      const outcome = await world().mine.move(event.value.ref, SIDE, event.version, writing())
      expect(outcome).toEqual({ kind: "forbidden", reason: "provider-refused" })
      expect(await world().standing(event.value.ref)).toEqual(event)
      expect((await world().standing({ ...event.value.ref, calendarId: SIDE })).value.summary).toBe("Other")
    })

    test.each(["executed-but-503", "reset-after-execution"] as const)(
      "B4 carried out, and the answer is lost (%s): unknown after one request, and found over there",
      async (kind) => {
        if (!world().server.can.moves) return
        const event = await world().given()
        world().witness.next({ kind, method: "MOVE" })
        const { outcome, writes } = await world().watching(() =>
          world().mine.move(event.value.ref, SIDE, event.version, writing()),
        )
        expect(outcome).toMatchObject({ kind: "unknown" })
        expect(statusesOf(writes)).toEqual([kind === "executed-but-503" ? 503 : null])
        expect((await world().mine.get({ ...event.value.ref, calendarId: SIDE })).kind).toBe("found")
      },
    )

    test("where there is no MOVE it is refused, unsent", async ({ skip }) => {
      if (world().server.can.moves) return skip("this server has MOVE")
      const event = await world().given()
      const { outcome, writes } = await world().watching(() =>
        world().mine.move(event.value.ref, "elsewhere", event.version, writing()),
      )
      expect(outcome).toEqual({ kind: "forbidden", reason: "not-supported" })
      expect(writes).toEqual([])
    })
  })
}
