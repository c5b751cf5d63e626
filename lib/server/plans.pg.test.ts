import { randomUUID } from "node:crypto"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import type { CalendarEvent } from "../domain/event"
import type { Seen } from "../domain/version"
import { CAST, openScene, type Scene } from "../testing/scene"
import { stageOf } from "../testing/stage"
import { choose, say } from "./say"

/* What is asked for in words besides moving: each through the guarded path, each only after a yes, each able to lose its race. */

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  let stage: ReturnType<typeof stageOf>
  beforeAll(async () => {
    scene = await openScene(provider)
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    stage = stageOf(scene)
  })
  afterEach(() => scene.sandbox.clearFaults())
  afterAll(() => scene.close())

  /** A meeting of somebody else's, to which the person is invited. */
  async function invited(): Promise<Seen<CalendarEvent> & { date: string; title: string }> {
    const [date, title] = [stage.nextDay(), `Asked${randomUUID().replace(/[^a-z]/g, "")}`]
    const { person, guest } = CAST[provider]
    const times = { start: `${date}T09:00:00Z`, end: `${date}T10:00:00Z` }
    await scene.sandbox.control("POST", "events", {
      provider,
      person: guest,
      summary: title,
      attendees: [person],
      ...times,
    })
    const listed = await scene.account.list(await stage.primary(), { from: times.start, to: times.end })
    const copy = listed.kind === "events" && listed.events.find((seen) => seen.value.summary === title)
    const read = copy && (await scene.now(copy.value.ref))
    return read ? { ...read, date, title } : expect.unreachable("no invitation")
  }

  const onDay = async (date: string): Promise<readonly CalendarEvent[]> => {
    const window = { from: `${date}T00:00:00Z`, to: `${date}T23:00:00Z` }
    const list = await scene.account.list(await stage.primary(), window)
    return list.kind === "events" ? list.events.map((seen) => seen.value) : expect.unreachable(list.kind)
  }
  const own = (event: CalendarEvent | undefined) => event?.attendees.find((a) => a.self)?.rsvp

  test("a cancelling is proposed, and done only after a yes", async () => {
    const { event, title } = await stage.given()
    const mark = await scene.sandbox.lastExchange()
    const proposal = await scene.propose(`cancel ${title}`)
    expect(proposal.operations).toMatchObject([{ change: { kind: "delete" }, state: "pending" }])
    expect(await scene.writes(mark)).toEqual([])
    expect(await stage.apply(proposal)).toMatchObject({ kind: "applied" })
    expect((await scene.writes(mark)).map((w) => [w.method, w.headers["if-match"]])).toEqual([
      ["DELETE", event.version],
    ])
    expect(await scene.now(event.value.ref)).toBeNull()
  })

  test("T10 what was changed since it was proposed to be cancelled is asked about, and stays", async () => {
    const { event, title, date } = await stage.given()
    const proposal = await scene.propose(`cancel ${title}`)
    await stage.edit(event.value.ref, { start: `${date}T11:00`, end: `${date}T11:30` })
    const mark = await scene.sandbox.lastExchange()
    expect(await stage.apply(proposal)).toMatchObject({ kind: "conflict", conflict: { doing: "delete" } })
    expect(await scene.writes(mark)).toEqual([])
    expect(await stage.startOf(event.value.ref)).toBe(`${date} 11:00`)
  })

  test("a new event invites whom the words name, by the address that was shown", async () => {
    const { event, date } = await stage.given()
    const guest = CAST[provider].guest
    // Graph names an attendee by the address where it knows no name
    const name = event.value.attendees.find(({ email }) => email === guest)?.name?.split("@")[0] ?? guest.split("@")[0]
    const mark = await scene.sandbox.lastExchange()
    const proposal = await scene.propose(`book a 45 minute chat with ${name} on ${date} at 14:00`)
    expect(proposal.operations).toMatchObject([
      { change: { kind: "create", draft: { summary: `Chat with ${name}`, attendees: [guest] } } },
    ])
    expect(await scene.writes(mark)).toEqual([])
    expect(await stage.apply(proposal)).toMatchObject({ kind: "applied" })
    const made = (await onDay(date)).filter(({ summary }) => summary === `Chat with ${name}`)
    expect(made).toHaveLength(1)
    expect(made[0]?.attendees.map(({ email }) => email)).toContain(guest)
    expect(made[0] && (await stage.startOf(made[0].ref))).toBe(`${date} 14:00`)
  })

  test("B2 a slot that is taken between the proposal and the yes stops a new event", async () => {
    const date = stage.nextDay()
    const proposal = await scene.propose(`book a checkup on ${date} at 14:00`)
    await stage.block(date, 14)
    const mark = await scene.sandbox.lastExchange()
    expect(await stage.apply(proposal)).toMatchObject({
      kind: "conflict",
      conflict: { relation: "slot", doing: "create" },
    })
    expect(await scene.writes(mark)).toEqual([])
    expect((await onDay(date)).map(({ summary }) => summary)).not.toContain("Checkup")
  })

  test("an answer is proposed, and reaches the organizer after a yes", async () => {
    const meeting = await invited()
    const proposal = await scene.propose(`decline ${meeting.title}`)
    expect(own((await scene.now(meeting.value.ref))?.value)).toBe("needsAction")
    expect(await stage.apply(proposal)).toMatchObject({ kind: "applied" })
    const after = (await onDay(meeting.date)).find(({ summary }) => summary === meeting.title)
    expect([undefined, "declined"]).toContain(own(after))
    expect(
      await scene.db.logRow.count({ where: { proposalId: proposal.id, actorKind: "assistant", kind: "attempt" } }),
    ).toBe(1)
  })

  test("another time is proposed to the organizer where the calendar has a way to, and refused before anything is sent where not", async () => {
    const meeting = await invited()
    const mark = await scene.sandbox.lastExchange()
    const words = `propose 15:00 for ${meeting.title}`
    if (provider === "google") {
      expect((await say(scene.deps, scene.person, words)).answer).toEqual({ kind: "refusal", reason: "no-proposing" })
      expect(await scene.writes(mark)).toEqual([])
      return
    }
    const proposal = await scene.propose(words)
    expect(proposal.operations).toMatchObject([{ change: { kind: "respond", rsvp: "tentative", proposed: {} } }])
    expect(await stage.apply(proposal)).toMatchObject({ kind: "applied" })
    expect((await scene.writes(mark)).map(({ path }) => path.split("/").at(-1))).toEqual(["tentativelyAccept"])
  })

  test("several orders are one proposal; the first that is lost stops the rest", async () => {
    const [one, two] = [await stage.given(), await stage.given()]
    const proposal = await scene.propose(`move ${one.title} to 15:00 and cancel ${two.title}`)
    expect(proposal.operations.map(({ change }) => change.kind)).toEqual(["update", "delete"])
    await stage.edit(one.event.value.ref, { start: `${one.date}T11:00`, end: `${one.date}T11:30` })
    const mark = await scene.sandbox.lastExchange()
    expect((await stage.apply(proposal)).kind).toBe("conflict")
    expect(await scene.writes(mark)).toEqual([])
    expect(await scene.now(two.event.value.ref)).not.toBeNull()
    const { operations } = await scene.proposal(proposal.id)
    expect(operations.map(({ state }) => state)).toEqual(["conflict", "skipped"])
  })

  test("B5 undo by chat is a proposal of its own: nothing is put back before its yes", async () => {
    const { event, title, date } = await stage.given()
    await stage.apply(await scene.propose(`move ${title} to 15:00`))
    const mark = await scene.sandbox.lastExchange()
    const back = await scene.propose(`undo the ${title} move`)
    expect(back).toMatchObject({ origin: "undo", state: "open" })
    expect(await scene.writes(mark)).toEqual([])
    expect(await stage.startOf(event.value.ref)).toBe(`${date} 15:00`)
    await stage.apply(back)
    expect(await stage.startOf(event.value.ref)).toBe(`${date} 10:00`)
    const again = await say(scene.deps, scene.person, `undo the ${title} move`)
    expect(again.answer).toEqual({ kind: "refusal", reason: "nothing-to-undo" })
  })

  test("B5 undo by chat loses a race like any other", async () => {
    const { event, title, date } = await stage.given()
    await stage.apply(await scene.propose(`move ${title} to 15:00`))
    const back = await scene.propose("undo that")
    await stage.edit(event.value.ref, { start: `${date}T17:00`, end: `${date}T17:30` })
    const mark = await scene.sandbox.lastExchange()
    expect((await stage.apply(back)).kind).toBe("conflict")
    expect(await scene.writes(mark)).toEqual([])
    expect(await stage.startOf(event.value.ref)).toBe(`${date} 17:00`)
  })

  test("a free time that was chosen becomes a proposal for just that event", async () => {
    const date = stage.nextDay()
    const asked = await say(scene.deps, scene.person, `find 30 minutes for reading on ${date}`)
    if (asked.answer.kind !== "question") return expect.unreachable(JSON.stringify(asked.answer))
    expect(asked.answer.about).toBe("which-slot")
    const labels = asked.answer.choices.map(({ label }) => label)
    expect(new Set(labels).size).toBe(labels.length)
    const chosen = await choose(scene.deps, scene.person, asked.id, 1)
    if (chosen?.answer.kind !== "proposal") return expect.unreachable(JSON.stringify(chosen))
    const proposal = await scene.proposal(chosen.answer.proposalId)
    expect(proposal.operations).toMatchObject([{ change: { kind: "create", draft: { summary: "Reading" } } }])
  })

  test("what is told proposes nothing and writes nothing", async () => {
    const { title, date } = await stage.given()
    await stage.apply(await scene.propose(`move ${title} to 15:00`))
    const [mark, before] = [await scene.sandbox.lastExchange(), await scene.db.proposal.count()]
    const free = await say(scene.deps, scene.person, `am I free on ${date} at 15:00?`)
    expect(free.answer).toMatchObject({ kind: "told", lines: [expect.stringMatching(/15:30-16:00$/)] })
    const changed = await say(scene.deps, scene.person, "what changed since 1 January 2020?")
    expect(changed.answer).toMatchObject({ kind: "told" })
    expect(changed.answer.kind === "told" && changed.answer.lines.join("\n")).toContain(`Moved "${title}"`)
    expect(await scene.writes(mark)).toEqual([])
    expect(await scene.db.proposal.count()).toBe(before)
  })
})
