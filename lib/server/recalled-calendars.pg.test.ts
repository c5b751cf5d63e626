import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import type { CalendarEvent } from "../domain/event"
import type { Seen } from "../domain/version"
import type { Window } from "../ports/calendar-provider"
import type { Calendars, ConnectionSummary } from "../ports/calendars"
import type { PersonsEdit } from "../sandbox/calendar/as-person"
import { CAST, openScene, type Scene } from "../testing/scene"
import { stageOf } from "../testing/stage"
import { type SceneSync, syncDepsOf } from "../testing/sync-scene"
import { recallMemory } from "./recall-memory"
import { recallingCalendars } from "./recalled-calendars"

/* What a line of chat looks at: what is recalled is what a list would say at that moment, to the version, and the provider is asked for little. */

const { person: email, guest } = CAST.google
const WEEKS: Window = { from: "2026-11-13T09:00:00.000Z", to: "2027-01-01T09:00:00.000Z" }

describe("a calendar that was looked at before", () => {
  let scene: Scene
  let sync: SceneSync
  let stage: ReturnType<typeof stageOf>
  let calendars: Calendars
  let calendar: { readonly id: string; readonly writable: boolean }
  let connection: ConnectionSummary
  beforeAll(async () => {
    scene = await openScene("google")
    sync = syncDepsOf(scene)
    stage = stageOf(scene)
    calendar = { id: await stage.primary(), writable: true }
    connection = { id: scene.connectionId, provider: "google", email, status: "live" }
  })
  beforeEach(async () => {
    calendars = recallingCalendars(scene.deps.calendars, sync.syncs, recallMemory(scene.deps.clock))
    await look()
  })
  afterAll(() => scene.close())

  const recall = (window = WEEKS, userId = scene.person.userId) =>
    calendars.recall?.("w1", userId, connection, calendar, window)
  async function look(window = WEEKS) {
    const mark = await scene.sandbox.lastExchange()
    const answer = await recall(window)
    if (answer?.kind !== "events") return expect.unreachable(JSON.stringify(answer))
    const asked = (await scene.sandbox.journal(mark)).map(({ query }) => (query.includes("syncToken") ? "more" : "all"))
    return { events: standing(answer.events), asked }
  }
  async function listed(window = WEEKS) {
    const list = await scene.account.list(calendar.id, window)
    return list.kind === "events" ? standing(list.events) : expect.unreachable(list.kind)
  }
  const standing = (events: readonly Seen<CalendarEvent>[]) =>
    [...events].sort((a, b) => (a.value.ref.eventId < b.value.ref.eventId ? -1 : 1))
  const edit = async (title: string, change: PersonsEdit, whole = false) => {
    const { events } = await look()
    const { value } = events.find((seen) => seen.value.summary === title) ?? expect.unreachable(title)
    const eventId = whole ? (value.seriesId ?? "") : value.ref.eventId
    await scene.sandbox.edit("google", email, eventId, change)
  }

  test("nothing has changed: one request, for what has changed", async () => {
    const { events, asked } = await look()
    expect(asked).toEqual(["more"])
    expect(events.length).toBeGreaterThan(20)
    expect(events).toEqual(await listed())
  })

  test.each<[string, () => Promise<unknown>]>([
    ["renamed", () => edit("Design review", { summary: "Design critique" })],
    ["answered by a guest", async () => stage.edit((await stage.given()).event.value.ref, stage.guestAccepts)],
    ["made", () => stage.given()],
    ["moved out of sight", () => edit("Dentist appointment", { start: "2027-03-01T10:00", end: "2027-03-01T10:30" })],
    ["deleted", () => edit("Design critique", { delete: true })],
  ])("%s meanwhile: as a list would tell it, from what has changed alone", async (_, change) => {
    await change()
    const before = await listed()
    const { events, asked } = await look()
    expect(asked).toEqual(["more"])
    expect(events).toEqual(before)
  })

  test.each<[string, () => Promise<unknown>]>([
    ["one of a series moved", () => edit("Weekly sync", { start: "2026-11-24T11:00", end: "2026-11-24T11:30" })],
    ["a series shortened", () => edit("Weekly sync", { recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=TU"] }, true)],
    ["a series moved", () => edit("Lunch", { start: "2026-11-16T13:30", end: "2026-11-16T14:00" }, true)],
    ["a series deleted", () => edit("Focus time", { delete: true }, true)],
  ])("%s: everything is read again, and stands as a list would tell it", async (_, change) => {
    await change()
    const before = await listed()
    expect(await look()).toEqual({ events: before, asked: ["more", "all"] })
  })

  test("a part of what was looked at has what overlaps it", async () => {
    const day = { from: "2026-11-26T00:00:00.000Z", to: "2026-11-27T00:00:00.000Z" }
    const timed = (events: Awaited<ReturnType<typeof listed>>) => events.filter((e) => e.value.start.kind === "timed")
    const { events, asked } = await look(day)
    expect(asked).toEqual(["more"])
    expect(timed(events)).toEqual(timed(await listed(day)))
  })

  test("a cursor that the provider has forgotten, and a window further on: everything anew", async () => {
    await scene.sandbox.control("POST", "sync-tokens/expire", { provider: "google" })
    const lost = await look()
    expect(lost.asked).toEqual(["more", "all"])
    expect(lost.events).toEqual(await listed())
    const later = { from: "2026-11-15T09:00:00.000Z", to: "2027-01-04T09:00:00.000Z" }
    const moved = await look(later)
    expect(moved.asked).toEqual(["all"])
    expect(moved.events).toEqual(await listed(later))
  })

  test("a provider that does not answer: nothing is told, and what was recalled is not taken for an answer", async () => {
    await scene.sandbox.fault({ provider: "google", kind: "429", method: "GET", times: 1 })
    expect(await recall()).toMatchObject({ kind: "throttled" })
    expect((await look()).asked).toEqual(["all"])
  })

  test("another person, and another kind of account: nothing is recalled", async () => {
    const stranger = await scene.addMember("eve")
    expect(await recall(WEEKS, stranger.userId)).toBeNull()
    const outlook = { ...connection, provider: "microsoft" as const, email: guest }
    expect(await calendars.recall?.("w1", scene.person.userId, outlook, calendar, WEEKS)).toBeNull()
  })
})
