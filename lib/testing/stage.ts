import { randomUUID } from "node:crypto"
import type { CalendarEvent, When } from "../domain/event"
import type { Outcome } from "../domain/outcome"
import type { Seen } from "../domain/version"
import { addDays, readWall } from "../domain/zoned-time"
import type { StoredProposal } from "../ports/assistant-store"
import type { PersonsEdit } from "../sandbox/calendar/as-person"
import { applyProposal } from "../server/apply-proposal"
import type { Exchange } from "./sandbox"
import { CAST, type Scene } from "./scene"

const TITLES = [
  ..."Alder Birch Cedar Dogwood Elder Ficus Gorse Hazel Ivy Juniper Kapok Larch Maple Nutmeg Oak Poplar Quince Rowan Sorrel Tamarind Ulmus Viburnum Willow Xylosma Yucca Zelkova Acacia Banyan Cypress Damson Ebony Fir Ginkgo Hemlock Ironwood Jasmine Katsura Linden Mulberry Neem".split(
    " ",
  ),
]

export type PersonEdit = PersonsEdit

/** Acts for tests of races: each event has a title and a day of its own, at 10:00 to 10:30 in Berlin, and goes to 15:00. */
export function stageOf(scene: Scene) {
  let used = 0
  let day = "2026-11-22"
  /** Weekends too: the assistant looks six weeks ahead and no further. */
  const nextDay = (): string => {
    day = addDays(day, 1)
    return day
  }
  const at = (date: string, hour: number, minute = 0): When => {
    const reading = readWall({ date, minutes: hour * 60 + minute }, scene.person.timeZone)
    if (reading.kind !== "one") throw new Error(`${date} ${hour}:${minute} is not one moment`)
    return { kind: "timed", at: reading.at, timeZone: scene.person.timeZone }
  }

  /** An event with one guest who has an account. */
  async function given(hour = 10): Promise<{ event: Seen<CalendarEvent>; title: string; date: string }> {
    const title = TITLES[used++]
    if (!title) throw new Error("more titles are needed")
    const date = nextDay()
    const made = await scene.account.create(
      await primary(),
      { summary: title, start: at(date, hour), end: at(date, hour, 30), attendees: [CAST[scene.provider].guest] },
      { marker: randomUUID(), notify: false, timeoutMs: 5_000 },
    )
    if (made.kind !== "applied") throw new Error(`not made: ${made.kind}`)
    const event = await scene.now(made.event.value.ref)
    if (!event) throw new Error("made and gone")
    return { event, title, date }
  }

  async function primary(): Promise<string> {
    const answer = await scene.account.calendars()
    const calendar = answer.kind === "calendars" && answer.calendars.find((c) => c.primary)
    if (!calendar) throw new Error("no primary calendar")
    return calendar.id
  }

  /** An event and an open proposal to move it to 15:00 the same day. */
  async function proposed() {
    const { event, title, date } = await given()
    const proposal = await scene.propose(`move ${title} to 15:00`)
    return { ref: event.value.ref, event, title, date, proposal, mark: await scene.sandbox.lastExchange() }
  }

  /** The person, in their provider's own calendar. */
  const edit = (ref: CalendarEvent["ref"], change: PersonEdit) =>
    scene.sandbox.edit(scene.provider, CAST[scene.provider].person, ref.eventId, change)

  /** What the person does between our last read and our write: the provider itself refuses then. */
  const editBeforeWrite = (change: PersonEdit, times = 1) =>
    scene.sandbox.fault({
      provider: scene.provider,
      kind: "edit-before-write",
      method: "PATCH",
      times,
      edit: { calendarId: "primary", change },
    })

  /** Something else of an hour, in the same calendar. */
  const block = async (date: string, hour: number) =>
    scene.account.create(
      await primary(),
      { summary: "In the way", start: at(date, hour), end: at(date, hour + 1) },
      { marker: randomUUID(), notify: false, timeoutMs: 5_000 },
    )

  const guestAccepts = { rsvp: { email: CAST[scene.provider].guest, response: "accepted" as const } }

  async function apply(proposal: StoredProposal): Promise<Outcome> {
    const applied = await applyProposal(scene.deps, scene.person, proposal.id, proposal.planHash)
    if (applied.kind !== "carriedOut") throw new Error(`not carried out: ${JSON.stringify(applied)}`)
    return applied.last
  }

  /** Until the request of this proposal is on its way. */
  async function untilSent(proposal: StoredProposal): Promise<void> {
    while ((await scene.db.intent.count({ where: { proposalId: proposal.id, state: "SENT" } })) === 0)
      await new Promise((done) => setTimeout(done, 5))
  }

  async function conflictId(proposal: StoredProposal): Promise<string> {
    const open = await scene.deps.store.openConflictOf(proposal.workspaceId, proposal.id)
    if (!open) throw new Error("no question is open")
    return open.id
  }

  /** Where an event starts, as the person's wall clock. */
  async function startOf(ref: CalendarEvent["ref"]): Promise<string> {
    const event = await scene.now(ref)
    if (!event) return "gone"
    const { start } = event.value
    return start.kind === "allDay" ? start.on : clockOf(start.at, scene.person.timeZone)
  }

  return {
    given,
    proposed,
    block,
    untilSent,
    edit,
    editBeforeWrite,
    guestAccepts,
    apply,
    conflictId,
    startOf,
    at,
    primary,
    nextDay,
  }
}

export const clockOf = (at: string, timeZone: string): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(new Date(at))

/** Status of each write, as the provider answered it. */
export const statuses = (writes: readonly Exchange[]): (number | null)[] => writes.map((write) => write.status)
