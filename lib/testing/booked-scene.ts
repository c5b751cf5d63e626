import { randomUUID } from "node:crypto"
import pg from "pg"
import { postgresBookingEvents } from "../adapters/postgres/booking-events"
import { postgresBookingSetup } from "../adapters/postgres/booking-setup"
import { postgresBookingStore } from "../adapters/postgres/booking-store"
import { postgresIdentityStore } from "../adapters/postgres/identity-store"
import { bookableId } from "../domain/bookable-key"
import type { BookingTimes, CommitAnswer, Slot } from "../domain/booking"
import type { CalendarEvent } from "../domain/event"
import type { Seen } from "../domain/version"
import { type SettleBookingDeps, settleBooking } from "../server/settle-booking"
import { logBy } from "./booking/desk"
import { seizeClock } from "./booking/twin"
import type { Scene, SceneDeps } from "./scene"
import { stageOf } from "./stage"
import { followed, type SceneSync, syncDepsOf, synced } from "./sync-scene"

export const BOOKING_TIMES: BookingTimes = { holdMs: 30_000, bumpMs: 30_000, maxHolds: 5 }

/** A scene whose person has opened their primary calendar to two agents, the first above the second. The engine's clock is in the test's hand. */
export async function bookedScene(scene: Scene) {
  const { person, db, deps, connectionId } = scene
  const { workspaceId, userId: ownerId } = person
  const owner = new pg.Client({ connectionString: scene.ownerUrl })
  await owner.connect()
  const setClock = await seizeClock(owner)
  let now = Date.parse(scene.parts.startsAt)
  await setClock(now)
  const sync: SceneSync = syncDepsOf(scene)
  const calendar = await followed(scene, sync)
  const stage = stageOf(scene)
  const place = { connectionId, calendarId: await stage.primary() }
  const at = { workspaceId, ownerId, calendarId: bookableId(place) }
  const setup = postgresBookingSetup(db, deps.audit)
  const bookings = postgresBookingStore(db)
  const bookingEvents = postgresBookingEvents(db, deps.audit)
  const agents = ["agent-1", "agent-2"]
  await setup.putCalendar({ ...at, name: "Work", times: BOOKING_TIMES }, logBy(ownerId, "calendar-opened"))
  for (const id of agents) await setup.addAgent(workspaceId, { id, name: `Agent ${id}` }, logBy(ownerId, "agent-added"))
  await setup.rank(workspaceId, ownerId, agents, logBy(ownerId, "agents-ranked"))

  const settling = (of: SceneDeps = deps): SettleBookingDeps => settleDepsOf(scene, of)

  async function book(slot: Slot, title: string, agent = 1): Promise<CommitAnswer> {
    const request = { ...at, agentId: `agent-${agent}`, id: randomUUID(), from: { slot }, title, idempotency: null }
    const answered = await bookings.commit(request)
    if (answered.kind !== "answered") throw new Error(answered.kind)
    return answered.answer
  }

  /** A booking of one agent, on an evening of its own from 20:00 to 20:30: the seeds leave evenings free. */
  async function booked(title: string, agent = 1) {
    const slot = freshSlot()
    const answer = await book(slot, title, agent)
    if (answer.kind !== "committed") throw new Error(`not booked: ${JSON.stringify(answer)}`)
    return { id: answer.booking.id, slot, title }
  }

  const freshSlot = (): Slot => {
    const start = stage.at(stage.nextDay(), 20)
    if (start.kind !== "timed") throw new Error("not timed")
    const from = Date.parse(start.at)
    return { start: new Date(from).toISOString(), end: new Date(from + 30 * 60_000).toISOString() }
  }

  /** What is due is done, as the worker would. @returns how many */
  async function settled(of: SceneDeps = deps): Promise<number> {
    const due = await bookingEvents.takeDue(100, 60_000)
    for (const { bookingId } of due)
      await settleBooking(settling(of), { workspaceId, userId: ownerId, connectionId, bookingId })
    return due.length
  }

  async function pass(ms: number): Promise<void> {
    now += ms
    await setClock(now)
  }

  /** Booked, frozen and written. */
  async function written(title: string, agent = 1) {
    const booking = await booked(title, agent)
    await pass(BOOKING_TIMES.bumpMs)
    await settled()
    const [event] = await eventsCalled(title, booking.slot)
    if (!event) throw new Error("it was not written")
    return { ...booking, event }
  }

  /** What stands at the provider under this title, on the day of the slot. */
  async function eventsCalled(title: string, slot: Slot): Promise<readonly Seen<CalendarEvent>[]> {
    const day = Date.parse(slot.start)
    const window = {
      from: new Date(day - 12 * 3_600_000).toISOString(),
      to: new Date(day + 24 * 3_600_000).toISOString(),
    }
    const listed = await scene.account.list(place.calendarId, window)
    if (listed.kind !== "events") throw new Error(listed.kind)
    return listed.events.filter(({ value }) => value.summary === title)
  }

  const stateOf = async (id: string) => {
    const booking = await bookings.findBooking(workspaceId, id)
    if (!booking) throw new Error("no such booking")
    return booking
  }

  return {
    at,
    place,
    stage,
    owner,
    bookings,
    bookingEvents,
    setup,
    settling,
    book,
    booked,
    freshSlot,
    settled,
    pass,
    written,
    eventsCalled,
    stateOf,
    cancel: (id: string) =>
      bookings.cancel({ ...at, by: { kind: "agent", id: "agent-1" }, bookingId: id, idempotency: null }),
    sync: () => synced(sync, calendar),
    questions: () => bookingEvents.questions(workspaceId, ownerId),
    logged: (kind: string, subjectId: string) => db.logRow.findMany({ where: { kind, subjectId } }),
    close: () => owner.end(),
  }
}

export type BookedScene = Awaited<ReturnType<typeof bookedScene>>

/** What brings bookings and calendars together in a scene; `of`: with bugs or deaths in its ports. */
export const settleDepsOf = (scene: Scene, of: SceneDeps = scene.deps): SettleBookingDeps => ({
  ...of,
  identities: postgresIdentityStore(scene.db),
})
