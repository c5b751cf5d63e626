import { randomUUID } from "node:crypto"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import type { Change } from "../domain/change"
import type { CalendarEvent } from "../domain/event"
import type { Outcome } from "../domain/outcome"
import type { Seen } from "../domain/version"
import { CAST, openScene, type Scene } from "../testing/scene"
import { stageOf } from "../testing/stage"
import { actOnEvent, createEvent } from "./act-on-event"
import { resolveConflict } from "./resolve-conflict"
import { undoProposal } from "./undo-proposal"

/* Deletes, answers, moves between calendars and creates by a person: conditional like any write, the same question on a loss, logged as theirs. */

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  let stage: ReturnType<typeof stageOf>
  let side = ""
  beforeAll(async () => {
    scene = await openScene(provider)
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    stage = stageOf(scene)
    const own = await scene.account.calendars()
    side = (own.kind === "calendars" && own.calendars.find((c) => !c.primary && c.writable)?.id) || "elsewhere"
  })
  afterEach(() => scene.sandbox.clearFaults())
  afterAll(() => scene.close())

  async function act(
    seen: Seen<CalendarEvent>,
    change: Exclude<Change, { kind: "create" }>,
  ): Promise<{ id: string; last: Outcome }> {
    const acted = await actOnEvent(scene.deps, scene.person, seen, change)
    if ("kind" in acted || acted.applied.kind !== "carriedOut") return expect.unreachable(JSON.stringify(acted))
    return { id: acted.proposalId, last: acted.applied.last }
  }

  /** A meeting of somebody else's, to which the person is invited. */
  async function invited(): Promise<Seen<CalendarEvent> & { date: string; title: string }> {
    const [date, title] = [stage.nextDay(), `Asked ${randomUUID()}`]
    const { person, guest } = CAST[provider]
    await scene.sandbox.control("POST", "events", {
      provider,
      person: guest,
      summary: title,
      attendees: [person],
      start: `${date}T09:00:00Z`,
      end: `${date}T10:00:00Z`,
    })
    const listed = await scene.account.list(await stage.primary(), {
      from: `${date}T08:00:00Z`,
      to: `${date}T11:00:00Z`,
    })
    const copy = listed.kind === "events" && listed.events.find((seen) => seen.value.summary === title)
    const read = copy && (await scene.now(copy.value.ref))
    return read ? { ...read, date, title } : expect.unreachable("no invitation")
  }
  const own = (event: CalendarEvent | undefined) => event?.attendees.find((a) => a.self)?.rsvp

  test("T2 a delete goes out under the version on screen, once, and is logged as the person", async () => {
    const { event } = await stage.given()
    const mark = await scene.sandbox.lastExchange()
    const { id, last } = await act(event, { kind: "delete" })
    expect(last).toMatchObject({ kind: "applied", event: null })
    const writes = await scene.writes(mark)
    expect(writes.map((w) => [w.method, w.headers["if-match"]])).toEqual([["DELETE", event.version]])
    expect(await scene.now(event.value.ref)).toBeNull()
    const rows = await scene.db.logRow.findMany({ where: { proposalId: id, kind: "attempt" } })
    expect(rows).toMatchObject([{ actorKind: "person", body: { change: "delete" } }])
    expect(await undoProposal(scene.deps, scene.person, id)).toBeNull()
  })

  test("T10 a delete of what was changed meanwhile asks and writes nothing; then deletes what was shown", async () => {
    const { event, date } = await stage.given()
    await stage.edit(event.value.ref, { start: `${date}T11:00`, end: `${date}T11:30` })
    const mark = await scene.sandbox.lastExchange()
    const { id, last } = await act(event, { kind: "delete" })
    expect(last).toMatchObject({
      kind: "conflict",
      conflict: { relation: "collision", doing: "delete", changed: ["start", "end"] },
    })
    expect(await scene.writes(mark)).toEqual([])
    expect(await stage.startOf(event.value.ref)).toBe(`${date} 11:00`)
    const question = await stage.conflictId(await scene.proposal(id))
    await resolveConflict(scene.deps, scene.person, question, "move")
    expect(await scene.now(event.value.ref)).toBeNull()
  })

  test("T4 a delete that loses its race at the provider itself asks too", async () => {
    const { event, date } = await stage.given()
    await scene.sandbox.fault({
      provider,
      kind: "edit-before-write",
      method: "DELETE",
      times: 1,
      edit: { calendarId: "primary", change: { location: "Elsewhere" } },
    })
    const { last } = await act(event, { kind: "delete" })
    expect(last).toMatchObject({ kind: "conflict", conflict: { changed: ["location"] } })
    expect(await stage.startOf(event.value.ref)).toBe(`${date} 10:00`)
  })

  test("an answer reaches the organizer, and a second one can be taken back", async () => {
    const meeting = await invited()
    const first = await act(meeting, { kind: "respond", rsvp: "tentative" })
    expect(first.last.kind).toBe("applied")
    expect(await undoProposal(scene.deps, scene.person, first.id)).toBeNull()
    const seen = await scene.now(meeting.value.ref)
    if (!seen) return expect.unreachable("it is gone")
    expect(own(seen.value)).toBe("tentative")
    const second = await act(seen, { kind: "respond", rsvp: "accepted" })
    expect(own((await scene.now(meeting.value.ref))?.value)).toBe("accepted")
    expect(await undoProposal(scene.deps, scene.person, second.id)).toMatchObject({
      applied: { last: { kind: "applied" } },
    })
    expect(own((await scene.now(meeting.value.ref))?.value)).toBe("tentative")
  })

  test("an answer to a meeting that was moved meanwhile asks, and the organizer hears nothing", async () => {
    const meeting = await invited()
    const { guest } = CAST[provider]
    const theirs = await scene.sandbox.control<{ events: { id: string; content: { summary: string } }[] }>(
      "GET",
      `events/${provider}/${guest}?from=${meeting.date}T00:00:00Z&to=${meeting.date}T23:59:59Z`,
    )
    const organizers = theirs.events.find((row) => row.content.summary === meeting.title)
    await scene.sandbox.edit(provider, guest, organizers?.id ?? "", {
      start: `${meeting.date}T15:00`,
      end: `${meeting.date}T16:00`,
    })
    const mark = await scene.sandbox.lastExchange()
    const { last } = await act(meeting, { kind: "respond", rsvp: "accepted" })
    expect(last).toMatchObject({ kind: "conflict", conflict: { relation: "collision", by: "someone" } })
    expect(await scene.writes(mark)).toEqual([])
    expect(own((await scene.now(meeting.value.ref))?.value)).toBe("needsAction")
  })

  test("an organizer has nothing to answer, and a guest cannot delete: said before anything is sent", async () => {
    const mark = await scene.sandbox.lastExchange()
    const { event } = await stage.given()
    expect(await actOnEvent(scene.deps, scene.person, event, { kind: "respond", rsvp: "accepted" })).toEqual({
      kind: "forbidden",
      reason: "not-invited",
    })
    const meeting = await invited()
    expect(await actOnEvent(scene.deps, scene.person, meeting, { kind: "delete" })).toEqual({
      kind: "forbidden",
      reason: "not-organizer",
    })
    expect((await scene.writes(mark)).filter((w) => w.method === "DELETE" || w.path.includes("accept"))).toEqual([])
  })

  test("a move to another calendar, and back by undo, where the provider has one", async () => {
    const { event } = await stage.given()
    const { id, last } = await act(event, { kind: "move", toCalendarId: side })
    if (provider === "microsoft") return expect(last).toEqual({ kind: "forbidden", reason: "not-supported" })
    const there = { ...event.value.ref, calendarId: side }
    expect(last).toMatchObject({ kind: "applied", event: { value: { ref: there } } })
    expect(await scene.now(event.value.ref)).toBeNull()
    expect(await undoProposal(scene.deps, scene.person, id)).toMatchObject({ applied: { last: { kind: "applied" } } })
    expect(await scene.now(event.value.ref)).not.toBeNull()
    expect(await scene.now(there)).toBeNull()
  })

  test("a new event is made once, and undo deletes it under the version it has", async () => {
    const date = stage.nextDay()
    const where = { connectionId: scene.connectionId, calendarId: await stage.primary() }
    const draft = { summary: `New ${randomUUID()}`, start: stage.at(date, 9), end: stage.at(date, 10) }
    const mark = await scene.sandbox.lastExchange()
    const made = await createEvent(scene.deps, scene.person, where, draft)
    if ("kind" in made || made.applied.kind !== "carriedOut" || made.applied.last.kind !== "applied")
      return expect.unreachable(JSON.stringify(made))
    expect(await scene.writes(mark)).toHaveLength(1)
    const ref = made.applied.last.event?.value.ref
    expect(ref && (await scene.now(ref))?.value.summary).toBe(draft.summary)
    expect(await undoProposal(scene.deps, scene.person, made.proposalId)).toMatchObject({
      applied: { last: { kind: "applied" } },
    })
    expect(ref && (await scene.now(ref))).toBeNull()
  })

  test("T10 a new event that is asked for twice at once, and again later, is made once; another one under the same name is refused", async () => {
    const date = stage.nextDay()
    const where = { connectionId: scene.connectionId, calendarId: await stage.primary() }
    const draft = { summary: `Once ${randomUUID()}`, start: stage.at(date, 9), end: stage.at(date, 10) }
    const id = randomUUID()
    const make = (wish = draft) => createEvent(scene.deps, scene.person, where, wish, id)
    const mark = await scene.sandbox.lastExchange()
    const both = await Promise.all([make(), make()])
    expect(both.map(({ proposalId }) => proposalId)).toEqual([id, id])
    expect(await make()).toMatchObject({ applied: { kind: "carriedOut", last: { kind: "applied" } } })
    expect(await make({ ...draft, summary: "Another" })).toMatchObject({ applied: { kind: "superseded" } })
    expect(await scene.writes(mark)).toHaveLength(1)
    const eve = await scene.addMember(`eve-${randomUUID()}`)
    await expect(createEvent(scene.deps, eve, where, draft, id)).rejects.toThrow()
    expect(await scene.writes(mark)).toHaveLength(1)
  })

  test("another's account is not there", async () => {
    const { event } = await stage.given()
    const eve = await scene.addMember(`eve-${randomUUID()}`)
    const mark = await scene.sandbox.lastExchange()
    expect(await actOnEvent(scene.deps, eve, event, { kind: "delete" })).toMatchObject({
      applied: { last: { kind: "reconnect" } },
    })
    expect(await scene.writes(mark)).toEqual([])
  })
})
