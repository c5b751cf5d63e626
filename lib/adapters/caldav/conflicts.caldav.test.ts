import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { isInstalled } from "../../launch/tests/caldav.mjs"
import { actOnEvent } from "../../server/act-on-event"
import { type CaldavScene, openCaldavScene } from "../../testing/caldav/caldav-scene"
import { onServer } from "../../testing/caldav/series-place"
import { keptLines } from "../../testing/caldav/texts"
import { statusesOf } from "../../testing/caldav/witness"
import { seriesOf } from "../../testing/series-stage"
import { stageOf } from "../../testing/stage"

/* The whole way from a proposal to what stands, on real servers: what a loss says, that it is the same loss as elsewhere, and what a write is made from. */

describe.each((["radicale", "xandikos", "cyrus"] as const).filter(isInstalled))("%s", (name) => {
  let at: CaldavScene
  let stage: ReturnType<typeof stageOf>
  beforeAll(async () => {
    at = await openCaldavScene(name)
    stage = stageOf(at.scene)
  })
  afterAll(() => at?.close())

  const toNoon = (text: string) =>
    text.replace(/^(DTSTART.*)T100000/m, "$1T120000").replace(/^(DTEND.*)T103000/m, "$1T123000")

  test("T5 a lost race says what was read, what stands now under which version, and what was intended; nothing was written", async () => {
    const { ref, event, proposal, date } = await stage.proposed()
    const theirs = await at.hand.edit(ref.eventId, toNoon)
    const { outcome, writes } = await at.witness.watching(() => stage.apply(proposal))
    const [noon, three] = [stage.at(date, 12), stage.at(date, 15)]
    expect(outcome).toMatchObject({
      kind: "conflict",
      conflict: {
        base: { version: event.version, value: { start: event.value.start } },
        theirs: { version: theirs.etag, value: { start: noon } },
        mine: { start: three },
        changed: ["start", "end"],
        intended: ["start", "end"],
        relation: "collision",
      },
    })
    expect(writes).toEqual([])
    expect(await at.hand.read(ref.eventId)).toEqual(theirs)
  })

  test("T6 the server's 412 is the same outcome as a difference that was seen before", async () => {
    const [early, late] = [await stage.proposed(), await stage.proposed()]
    await at.hand.edit(early.ref.eventId, toNoon)
    const before = await stage.apply(early.proposal)
    const act = () => at.hand.edit(late.ref.eventId, toNoon)
    at.witness.next({ kind: "hold", method: "PUT", act })
    const { outcome, writes } = await at.witness.watching(() => stage.apply(late.proposal))
    expect(statusesOf(writes)).toEqual([412])
    if (outcome.kind !== "conflict" || before.kind !== "conflict") return expect.unreachable(outcome.kind)
    const { base: _, theirs, mine: __, ...said } = outcome.conflict
    expect(before.conflict).toMatchObject(said)
    expect(await at.hand.read(late.ref.eventId)).toMatchObject({ etag: theirs.version })
    expect(await stage.startOf(late.ref)).toBe(`${late.date} 12:00`)
  })

  describe("a whole series, deleted while one of its dates is edited by hand", () => {
    const own = (lines: readonly string[]) => (text: string) => {
      const [, event = ""] = /(BEGIN:VEVENT[\s\S]*?END:VEVENT\r?\n)/.exec(text) ?? []
      const [, date = ""] = /^DTSTART[^:]*:(\d{8})/m.exec(event) ?? []
      const moved = event
        .replace(/^RRULE:.*\r?\n/m, "")
        .replace(/^(DTSTART[^:]*):.*$/m, `RECURRENCE-ID;TZID=Europe/Berlin:${date}T100000\r\n$1:${date}T100000`)
        .replace(/^SUMMARY:.*$/m, (line) => [line, ...lines].join("\r\n"))
      return text.replace("END:VCALENDAR", `${moved}END:VCALENDAR`)
    }
    async function deleted(edit: (text: string) => string) {
      const series = await seriesOf(at.scene, onServer(at.server, at.witness)).weekly({ count: 3 })
      const seen = await at.scene.now(series.ref)
      if (!seen) return expect.unreachable()
      const theirs = await at.hand.edit(series.ref.eventId, edit)
      const { outcome, writes } = await at.witness.watching(() =>
        actOnEvent(at.scene.deps, at.scene.person, seen, { kind: "delete" }),
      )
      return { ref: series.ref, theirs, outcome, writes }
    }

    test("T4 what was edited is asked about, and nothing is written", async () => {
      const { ref, theirs, outcome, writes } = await deleted(own(["DESCRIPTION:brought forward", "STATUS:TENTATIVE"]))
      expect(outcome).toMatchObject({ applied: { last: { kind: "conflict", conflict: { changed: ["recurrence"] } } } })
      expect(writes).toEqual([])
      expect(await at.hand.read(ref.eventId)).toEqual(theirs)
    })
  })

  test("T7 the event is read right before the write, and that text is what is put back, not the one it was planned on", async () => {
    const { ref, event, proposal } = await stage.proposed()
    const theirs = await at.hand.edit(ref.eventId, (text) => text.replace("SUMMARY:", "X-NOTE:added since\r\nSUMMARY:"))
    expect(theirs.etag).not.toBe(event.version)
    const { outcome, all, writes } = await at.witness.watching(() => stage.apply(proposal))
    expect(outcome).toMatchObject({ kind: "applied", notes: [{ kind: "version-adopted", when: "before-send" }] })
    expect(writes).toMatchObject([{ method: "PUT", ifMatch: theirs.etag }])
    const own = all.filter(({ path }) => path.endsWith(ref.eventId)).map(({ method }) => method)
    expect(own.slice(0, own.indexOf("PUT") + 1)).toEqual(["GET", "PUT"])
    expect(keptLines((await at.hand.read(ref.eventId)).text, /^X-NOTE/)).toEqual(["X-NOTE:added since"])
  })
})
