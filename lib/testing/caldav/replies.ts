import { randomUUID } from "node:crypto"
import { Temporal } from "temporal-polyfill"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { caldavCalendars } from "../../adapters/caldav/adapter"
import { applyProposal } from "../../server/apply-proposal"
import { appliedTo, guestOf, hours } from "../contracts/calendar-world"
import { openScene, type Scene } from "../scene"
import { clockOf } from "../stage"
import type { World } from "./contract"
import { handOf } from "./hand"
import { addressOf } from "./servers"
import { statusesOf } from "./witness"
import { accountOf } from "./world"

/** B3 with a server that delivers invitations and replies itself (RFC 6638): the whole way from a sentence to what stands at the server. */
export function repliesContract(world: World): void {
  describe("B3 a guest's reply between proposal and yes", () => {
    let scene: Scene
    beforeAll(async () => {
      const { server, witness } = world()
      const home = witness.url + server.homeOf("alice")
      const open = (connectionId: Scene["connectionId"], now: () => number) =>
        caldavCalendars(accountOf(home, "alice", { connectionId, now }))
      scene = await openScene("google", { own: { provider: "caldav", email: addressOf("alice"), open } })
    })
    afterAll(() => scene?.close())

    /** Alice's meeting with Bob on a day at 10:00, and her open proposal to move it to 15:00. */
    async function proposed(title: string, date: string) {
      const draft = { summary: title, ...hours(Temporal.PlainDate.from(date), 10, 11), attendees: [addressOf("bob")] }
      const write = { marker: randomUUID(), notify: true, timeoutMs: 5_000 }
      const { ref } = appliedTo(await scene.account.create(world().calendarId, draft, write)).value
      const before = await world().hand.read(ref.eventId)
      return { ref, before, proposal: await scene.propose(`move ${title} to 15:00`) }
    }

    /** Bob, at a program of his own; the server tells Alice's copy. */
    async function bobAccepts(title: string) {
      const bob = handOf(world().server, "bob")
      for (const name of await bob.names()) {
        if (!(await bob.read(name)).text.includes(`SUMMARY:${title}`)) continue
        await bob.edit(name, (text) => text.replaceAll("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED"))
        return
      }
      expect.unreachable("the invitation did not arrive")
    }

    const yes = async ({ id, planHash }: { id: string; planHash: string }) => {
      const applied = await applyProposal(scene.deps, scene.person, id, planHash)
      return applied.kind === "carriedOut" ? applied.last : expect.unreachable(applied.kind)
    }

    async function stands(ref: Parameters<Scene["now"]>[0]) {
      const event = (await scene.now(ref))?.value
      if (event?.start.kind !== "timed") return expect.unreachable("no such meeting")
      return { start: clockOf(event.start.at, "Europe/Berlin"), bob: guestOf(event, addressOf("bob"))?.rsvp }
    }

    test("before the read: the fresh version is adopted and said so, one request, and the reply is kept", async () => {
      const { ref, before, proposal } = await proposed("Alder", "2026-11-24")
      await bobAccepts("Alder")
      const replied = await world().hand.read(ref.eventId)
      expect(replied.etag).not.toBe(before.etag)
      const { outcome, writes } = await world().watching(() => yes(proposal))
      expect(outcome).toMatchObject({
        kind: "applied",
        notes: [{ kind: "version-adopted", when: "before-send", moved: "rsvp" }],
      })
      expect(writes).toMatchObject([{ method: "PUT", ifMatch: replied.etag }])
      expect(await stands(ref)).toEqual({ start: "2026-11-24 15:00", bob: "accepted" })
    })

    test("T4 between read and write: refused, then one successor on the fresh version, and the reply is kept", async () => {
      const { ref, proposal } = await proposed("Birch", "2026-11-25")
      world().witness.next({ kind: "hold", method: "PUT", act: () => bobAccepts("Birch") })
      const { outcome, writes } = await world().watching(() => yes(proposal))
      expect(outcome).toMatchObject({
        kind: "applied",
        notes: [{ kind: "version-adopted", when: "after-refusal", moved: "rsvp" }],
      })
      expect(statusesOf(writes)).toEqual([412, 204])
      expect(await stands(ref)).toEqual({ start: "2026-11-25 15:00", bob: "accepted" })
    })

    test("T13 the organizer moved it by hand: a question, and nothing was written", async () => {
      const { ref, proposal } = await proposed("Cedar", "2026-11-26")
      const theirs = await world().hand.edit(ref.eventId, (text) =>
        text.replace(/^(DTSTART.*)T100000/m, "$1T120000").replace(/^(DTEND.*)T110000/m, "$1T130000"),
      )
      const { outcome, writes } = await world().watching(() => yes(proposal))
      expect(outcome).toMatchObject({ kind: "conflict", conflict: { relation: "collision", by: "someone" } })
      expect(writes).toEqual([])
      expect(await world().hand.read(ref.eventId)).toEqual(theirs)
    })
  })
}
