import { randomUUID } from "node:crypto"
import { Temporal } from "temporal-polyfill"
import { describe, expect, test } from "vitest"
import type { World } from "./contract"
import { handOf } from "./hand"
import { addressOf, basic } from "./servers"
import { at, calendarText, keptLines } from "./texts"

/**
 * Why If-Schedule-Tag-Match is not sent (decision 011). RFC 6638 3.2.10 wants a server that takes a text under it to keep the replies that came since. What Cyrus 3.6.1 does instead, pinned, so that
 * another version of it says here when it is time to look again.
 */
export function scheduleTagContract(world: World): void {
  async function ask(method: string, name: string, over: { body?: string; tag?: string } = {}) {
    const { server } = world()
    const headers = {
      authorization: basic("alice"),
      "accept-encoding": "identity",
      "content-type": "text/calendar; charset=utf-8",
      ...(over.tag && { "if-schedule-tag-match": over.tag }),
    }
    const url = `${server.url}${server.homeOf("alice")}${server.calendarId}/${name}`
    const answer = await fetch(url, { method, headers, ...(over.body && { body: over.body }) })
    const [etag, tag] = ["etag", "schedule-tag"].map((header) => answer.headers.get(header) ?? "")
    return { status: answer.status, etag, tag, text: await answer.text() }
  }

  /** Alice's meeting with Bob, on a day that is still to come. */
  async function meeting(days: number) {
    const name = `${randomUUID()}.ics`
    const day = Temporal.Now.plainDateISO("UTC").add({ days })
    const [alice, bob] = [addressOf("alice"), addressOf("bob")]
    const people = [
      `ORGANIZER:mailto:${alice}`,
      `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${alice}`,
      `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${bob}`,
    ]
    const time = [at("DTSTART", day, 10), at("DTEND", day, 11)]
    await ask("PUT", name, { body: calendarText([`UID:${name}`, ...time, "SUMMARY:Tagged", ...people]) })
    return name
  }

  async function bobAccepts(uid: string): Promise<void> {
    const bob = handOf(world().server, "bob")
    for (const name of (await bob.names()).reverse()) {
      if (!(await bob.read(name)).text.includes(uid)) continue
      await bob.edit(name, (text) => text.replace(/PARTSTAT=NEEDS-ACTION/, "PARTSTAT=ACCEPTED"))
      return
    }
    expect.unreachable("the invitation did not arrive")
  }

  const bobsAnswer = (text: string) => /PARTSTAT=([A-Z-]+)/.exec(keptLines(text, /^ATTENDEE.*bob/).join())?.[1]

  describe("Schedule-Tag", () => {
    test("by itself it lets a stale text through, and the reply that came since is lost: so it is never sent in place of the ETag", async () => {
      const name = await meeting(12)
      // the tag of a meeting that was never changed names nothing (below)
      await world().hand.edit(name, (text) => text.replace("SUMMARY:Tagged", "SUMMARY:Tagged again"))
      const before = await ask("GET", name)
      await bobAccepts(name)
      const replied = await ask("GET", name)
      expect([replied.tag, replied.etag === before.etag]).toEqual([before.tag, false])
      expect(bobsAnswer(replied.text)).toBe("ACCEPTED")
      const body = before.text.replace("SUMMARY:Tagged again", "SUMMARY:Moved")
      expect((await ask("PUT", name, { body, tag: before.tag })).status).toBe(204)
      expect(bobsAnswer((await ask("GET", name)).text)).toBe("NEEDS-ACTION")
    })

    test("of a new meeting it is one and the same for all, and the first reply changes it: it saves no request there either", async () => {
      const [one, other] = [await meeting(13), await meeting(14)]
      const [before, others] = [await ask("GET", one), await ask("GET", other)]
      expect(before.tag).toBe(others.tag)
      await bobAccepts(one)
      const replied = await ask("GET", one)
      expect(replied.tag).not.toBe(before.tag)
      expect((await ask("PUT", one, { body: before.text, tag: before.tag })).status).toBe(412)
      expect(await ask("GET", one)).toEqual(replied)
    })
  })
}
