import { randomUUID } from "node:crypto"
import { Temporal } from "temporal-polyfill"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { caldavCalendars } from "../../adapters/caldav/adapter"
import type { Change } from "../../domain/change"
import type { CalendarEvent } from "../../domain/event"
import type { Seen } from "../../domain/version"
import { actOnEvent } from "../../server/act-on-event"
import { applyProposal } from "../../server/apply-proposal"
import { undoProposal } from "../../server/undo-proposal"
import { appliedTo, guestOf, hours } from "../contracts/calendar-world"
import { openScene, type Scene } from "../scene"
import { clockOf } from "../stage"
import type { World } from "./contract"
import { type Hand, handOf } from "./hand"
import { addressOf } from "./servers"
import { at, calendarText, keptLines } from "./texts"
import { statusesOf } from "./witness"
import { accountOf, SIDE } from "./world"

/** By the real clock: Cyrus passes on no invitation to what is long over. */
const TODAY = Temporal.Now.plainDateISO("UTC")
const dayAfter = (days: number) => TODAY.add({ days }).toString()

/** B3 with a server that delivers invitations and replies itself (RFC 6638): the whole way from a sentence to what stands at the server. */
export function repliesContract(world: World): void {
  describe("B3 a guest's reply between proposal and yes", () => {
    let scene: Scene
    beforeAll(async () => {
      const { server, witness } = world()
      const home = witness.url + server.homeOf("alice")
      const open = (connectionId: Scene["connectionId"], now: () => number) =>
        caldavCalendars(accountOf(home, "alice", { connectionId, now }))
      scene = await openScene("google", {
        now: `${TODAY}T09:00:00Z`,
        own: { provider: "caldav", email: addressOf("alice"), open },
      })
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
      const { ref, before, proposal } = await proposed("Alder", dayAfter(2))
      expect(proposal.readings).toContain("guests-told-by-server")
      await bobAccepts("Alder")
      const replied = await world().hand.read(ref.eventId)
      expect(replied.etag).not.toBe(before.etag)
      const { outcome, writes } = await world().watching(() => yes(proposal))
      expect(outcome).toMatchObject({
        kind: "applied",
        notes: [{ kind: "version-adopted", when: "before-send", moved: "rsvp" }],
      })
      expect(writes).toMatchObject([{ method: "PUT", ifMatch: replied.etag }])
      expect(await stands(ref)).toEqual({ start: `${dayAfter(2)} 15:00`, bob: "accepted" })
    })

    test("T4 between read and write: refused, then one successor on the fresh version, and the reply is kept", async () => {
      const { ref, proposal } = await proposed("Birch", dayAfter(3))
      world().witness.next({ kind: "hold", method: "PUT", act: () => bobAccepts("Birch") })
      const { outcome, writes } = await world().watching(() => yes(proposal))
      expect(outcome).toMatchObject({
        kind: "applied",
        notes: [{ kind: "version-adopted", when: "after-refusal", moved: "rsvp" }],
      })
      expect(statusesOf(writes)).toEqual([412, 204])
      expect(await stands(ref)).toEqual({ start: `${dayAfter(3)} 15:00`, bob: "accepted" })
    })

    test("T13 the organizer moved it by hand: a question, and nothing was written", async () => {
      const { ref, proposal } = await proposed("Cedar", dayAfter(4))
      const theirs = await world().hand.edit(ref.eventId, (text) =>
        text.replace(/^(DTSTART.*)T100000/m, "$1T120000").replace(/^(DTEND.*)T110000/m, "$1T130000"),
      )
      const { outcome, writes } = await world().watching(() => yes(proposal))
      expect(outcome).toMatchObject({ kind: "conflict", conflict: { relation: "collision", by: "someone" } })
      expect(writes).toEqual([])
      expect(await world().hand.read(ref.eventId)).toEqual(theirs)
    })

    /** Bob's meeting on a day at 10:00 to which Alice is invited: the key of his copy, and hers as she sees it. */
    async function invited(title: string, date: string) {
      const bob = handOf(world().server, "bob")
      const name = `${randomUUID()}.ics`
      const day = Temporal.PlainDate.from(date)
      const people = ["ORGANIZER:mailto:bob@example.com", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.com"]
      const guest = "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:alice@example.com"
      const lines = [`UID:${name}`, at("DTSTART", day, 10), at("DTEND", day, 11), `SUMMARY:${title}`, ...people, guest]
      await bob.write(name, calendarText(lines))
      const answer = await scene.account.list(world().calendarId, {
        from: `${date}T00:00:00Z`,
        to: `${date}T23:59:59Z`,
      })
      const copy = answer.kind === "events" && answer.events.find(({ value }) => value.summary === title)
      if (!copy) return expect.unreachable("the invitation did not arrive")
      return { bob, name, copy }
    }

    const told = async (bob: Hand, name: string) =>
      /PARTSTAT=([A-Z-]+)/.exec(keptLines((await bob.read(name)).text, /^ATTENDEE.*alice/).join())?.[1]

    async function act(event: Seen<CalendarEvent>, change: Exclude<Change, { kind: "create" }>) {
      const acted = await actOnEvent(scene.deps, scene.person, event, change)
      if ("kind" in acted || acted.applied.kind !== "carriedOut") return expect.unreachable(JSON.stringify(acted))
      return { id: acted.proposalId, last: acted.applied.last }
    }

    test("B5 an answer reaches the organizer, and a second one is taken back by undo", async () => {
      const { bob, name, copy } = await invited("Dogwood", dayAfter(6))
      const first = await act(copy, { kind: "respond", rsvp: "tentative" })
      expect(first.last).toMatchObject({ kind: "applied" })
      expect(await told(bob, name)).toBe("TENTATIVE")
      const seen = (await scene.now(copy.value.ref)) ?? expect.unreachable("it is gone")
      const second = await act(seen, { kind: "respond", rsvp: "accepted" })
      expect(await told(bob, name)).toBe("ACCEPTED")
      expect(await undoProposal(scene.deps, scene.person, second.id)).toMatchObject({
        applied: { last: { kind: "applied" } },
      })
      expect(await told(bob, name)).toBe("TENTATIVE")
    })

    test("B4 the answer to an answer is lost: found by its marker, and not sent again", async () => {
      const { bob, name, copy } = await invited("Elder", dayAfter(7))
      world().witness.next({ kind: "executed-but-503", method: "PUT" })
      const { outcome, writes } = await world().watching(() => act(copy, { kind: "respond", rsvp: "accepted" }))
      expect(outcome.last).toMatchObject({ kind: "applied", notes: [{ kind: "found-by-reading" }] })
      expect(statusesOf(writes)).toEqual([503])
      expect(await told(bob, name)).toBe("ACCEPTED")
    })

    test("T4 the organizer moved it meanwhile: a question, and they hear nothing", async () => {
      const { bob, name, copy } = await invited("Ficus", dayAfter(8))
      await bob.edit(name, (text) =>
        text.replace(/^(DTSTART;.*)T100000/m, "$1T140000").replace(/^(DTEND;.*)T110000/m, "$1T150000"),
      )
      const { outcome, writes } = await world().watching(() => act(copy, { kind: "respond", rsvp: "accepted" }))
      expect(outcome.last).toMatchObject({ kind: "conflict", conflict: { relation: "collision" } })
      expect(writes).toEqual([])
      expect(await told(bob, name)).toBe("NEEDS-ACTION")
    })

    test("B5 a meeting goes to another calendar with its guests' answers, tells nobody, and comes back by undo", async () => {
      const { ref } = await proposed("Gorse", dayAfter(9))
      await bobAccepts("Gorse")
      const event = (await scene.now(ref)) ?? expect.unreachable("it is gone")
      const { id, last } = await act(event, { kind: "move", toCalendarId: SIDE })
      const there = { ...ref, calendarId: SIDE }
      expect(last).toMatchObject({ kind: "applied", event: { value: { ref: there } } })
      expect(guestOf((await scene.now(there))?.value ?? event.value, addressOf("bob"))?.rsvp).toBe("accepted")
      expect(await scene.now(ref)).toBeNull()
      const bob = handOf(world().server, "bob")
      const copies = await Promise.all((await bob.names()).map((name) => bob.read(name)))
      const theirs = copies.filter(({ text }) => text.includes("SUMMARY:Gorse"))
      expect(theirs.map(({ text }) => /STATUS:CANCELLED/.test(text))).toEqual([false])
      expect(await undoProposal(scene.deps, scene.person, id)).toMatchObject({ applied: { last: { kind: "applied" } } })
      expect(await scene.now(ref)).not.toBeNull()
      expect(await scene.now(there)).toBeNull()
    })
  })
}
