import type { CalendarEvent, EventRef } from "../../domain/event"
import { UNGUARDED_SLOT } from "../../domain/slot"
import type { Seen } from "../../domain/version"
import { addDays } from "../../domain/zoned-time"
import type { StoredProposal } from "../../ports/assistant-store"
import type { PersonsEdit } from "../../sandbox/calendar/as-person"
import { actOnEvent, createEvent } from "../../server/act-on-event"
import { applyProposal } from "../../server/apply-proposal"
import { editEvent } from "../../server/edit-event"
import { operationOf } from "../../server/operation-of"
import { resolveConflict } from "../../server/resolve-conflict"
import { storeProposal } from "../../server/store-proposal"
import { undoProposal } from "../../server/undo-proposal"
import { proposeMove } from "../propose-move"
import { CAST, type Scene, type SceneDeps } from "../scene"

/** Something a process does that writes to a calendar, or decides not to. */
export interface CrashCase {
  readonly name: string
  /** Makes what it is about. Called anew for every point. */
  readonly prepare: (scene: Scene) => Promise<Prepared>
}

export interface Prepared {
  /** Of the events that it is about; nothing else is called so. */
  readonly titles: readonly string[]
  /** Proposals that were finished before: not looked at. */
  readonly finished: readonly string[]
  readonly run: (deps: SceneDeps) => Promise<unknown>
}

let made = 0

async function event(scene: Scene, minutes = 0): Promise<{ title: string; ref: EventRef; from: Span; to: Span }> {
  const { provider, sandbox, account, connectionId } = scene
  const own = await account.calendars()
  const primary = own.kind === "calendars" ? own.calendars.find((calendar) => calendar.primary) : undefined
  if (!primary) throw new Error("no primary calendar")
  const date = addDays(scene.parts.startsAt.slice(0, 10), 2 + (made++ % 30))
  const at = (minute: number) => new Date(Date.parse(`${date}T06:00:00Z`) + minute * 60_000).toISOString()
  const from = { start: at(minutes), end: at(minutes + 30) }
  const { person, guest } = CAST[provider]
  const title = `Crash ${made}`
  const wish = { provider, person, summary: title, attendees: [guest], ...from }
  const { id } = await sandbox.control<{ id: string }>("POST", "events", wish)
  return {
    title,
    ref: { connectionId, calendarId: primary.id, eventId: id },
    from,
    to: { start: at(480), end: at(510) },
  }
}

type Span = { readonly start: string; readonly end: string }

/** Between the process's last read and its write. */
const changedInBetween = ({ provider, sandbox }: Scene, { eventId }: EventRef, change: PersonsEdit) =>
  sandbox.fault({
    provider,
    kind: "edit-before-write",
    method: "PATCH",
    pathIncludes: encodeURIComponent(eventId),
    edit: { calendarId: "primary", change },
  })

const byPerson = ({ provider, sandbox }: Scene, { eventId }: EventRef, change: PersonsEdit) =>
  sandbox.edit(provider, CAST[provider].person, eventId, change)

const apply =
  (scene: Scene, { id, planHash }: StoredProposal) =>
  (deps: SceneDeps) =>
    applyProposal(deps, scene.person, id, planHash)

const elsewhere = ({ from }: { from: Span }) => ({
  start: from.start.replace("T06", "T09").slice(0, 16),
  end: from.start.replace("T06", "T10").slice(0, 16),
})

async function proposed(scene: Scene) {
  const made = await event(scene)
  return { ...made, proposal: await proposeMove(scene.deps, scene, made.ref, made.to) }
}

export const CASES: readonly CrashCase[] = [
  {
    name: "applied",
    prepare: async (scene) => {
      const { title, proposal } = await proposed(scene)
      return { titles: [title], finished: [], run: apply(scene, proposal) }
    },
  },
  {
    name: "a lost answer, looked up",
    prepare: async (scene) => {
      const { title, ref, proposal } = await proposed(scene)
      const { provider, sandbox } = scene
      const fits = { method: "PATCH", pathIncludes: encodeURIComponent(ref.eventId) }
      await sandbox.fault({ provider, kind: "reset-after-execution", ...fits })
      return { titles: [title], finished: [], run: apply(scene, proposal) }
    },
  },
  {
    name: "changed before the read: asked",
    prepare: async (scene) => {
      const it = await proposed(scene)
      await byPerson(scene, it.ref, elsewhere(it))
      return { titles: [it.title], finished: [], run: apply(scene, it.proposal) }
    },
  },
  {
    name: "changed before the write: refused and asked",
    prepare: async (scene) => {
      const it = await proposed(scene)
      await changedInBetween(scene, it.ref, elsewhere(it))
      return { titles: [it.title], finished: [], run: apply(scene, it.proposal) }
    },
  },
  {
    name: "only an RSVP in between: one successor",
    prepare: async (scene) => {
      const { title, ref, proposal } = await proposed(scene)
      await changedInBetween(scene, ref, { rsvp: { email: CAST[scene.provider].guest, response: "accepted" } })
      return { titles: [title], finished: [], run: apply(scene, proposal) }
    },
  },
  {
    name: "moved anyway",
    prepare: async (scene) => {
      const it = await proposed(scene)
      await byPerson(scene, it.ref, elsewhere(it))
      await apply(scene, it.proposal)(scene.deps)
      const open = await scene.deps.store.openConflictOf(it.proposal.workspaceId, it.proposal.id)
      if (!open) throw new Error("no question is open")
      return {
        titles: [it.title],
        finished: [],
        run: (deps) => resolveConflict({ ...scene.deps, ...deps }, scene.person, open.id, "move"),
      }
    },
  },
  {
    name: "two in a row",
    prepare: async (scene) => {
      const [one, other] = [await event(scene), await event(scene, 60)]
      const operations = []
      for (const [position, { ref, to }] of [one, other].entries()) {
        const base = await scene.now(ref)
        if (!base) throw new Error("made and gone")
        const moment = (at: string) => ({ kind: "timed" as const, at, timeZone: scene.person.timeZone })
        operations.push(
          operationOf(
            position,
            base,
            { kind: "update", patch: { start: moment(to.start), end: moment(to.end) } },
            UNGUARDED_SLOT,
          ),
        )
      }
      const draft = { origin: "assistant" as const, operations, readings: [], undoOf: null }
      const proposal = await storeProposal(scene.deps, scene.person, draft)
      return { titles: [one.title, other.title], finished: [], run: apply(scene, proposal) }
    },
  },
  {
    name: "undone",
    prepare: async (scene) => {
      const { title, proposal } = await proposed(scene)
      await apply(scene, proposal)(scene.deps)
      return { titles: [title], finished: [proposal.id], run: (deps) => undoProposal(deps, scene.person, proposal.id) }
    },
  },
  {
    name: "dragged",
    prepare: async (scene) => {
      const { title, ref, to } = await event(scene)
      const seen = await scene.now(ref)
      if (!seen) throw new Error("made and gone")
      const moment = (at: string) => ({ kind: "timed" as const, at, timeZone: scene.person.timeZone })
      const patch = { start: moment(to.start), end: moment(to.end) }
      return { titles: [title], finished: [], run: (deps) => editEvent(deps, scene.person, seen, patch) }
    },
  },
  {
    name: "deleted",
    prepare: async (scene) => {
      const { title, ref } = await event(scene)
      const seen = await scene.now(ref)
      if (!seen) throw new Error("made and gone")
      return { titles: [title], finished: [], run: (deps) => actOnEvent(deps, scene.person, seen, { kind: "delete" }) }
    },
  },
  {
    name: "answered",
    prepare: async (scene) => {
      const { title, seen } = await invitation(scene)
      const change = { kind: "respond", rsvp: "accepted" } as const
      return { titles: [title], finished: [], run: (deps) => actOnEvent(deps, scene.person, seen, change) }
    },
  },
  {
    name: "created",
    prepare: async (scene) => {
      const { title, ref, from } = await event(scene)
      const moment = (at: string) => ({ kind: "timed" as const, at, timeZone: scene.person.timeZone })
      const draft = { summary: `${title} anew`, start: moment(from.start), end: moment(from.end) }
      return { titles: [draft.summary], finished: [], run: (deps) => createEvent(deps, scene.person, ref, draft) }
    },
  },
]

/** A meeting of somebody else's, as it lies in the person's own calendar. */
async function invitation(scene: Scene): Promise<{ title: string; seen: Seen<CalendarEvent> }> {
  const { provider, sandbox, account } = scene
  const { ref, from } = await event(scene)
  const { person, guest } = CAST[provider]
  const title = `Crash ${made} by another`
  await sandbox.control("POST", "events", { provider, person: guest, summary: title, attendees: [person], ...from })
  const listed = await account.list(ref.calendarId, { from: from.start, to: from.end })
  const seen = listed.kind === "events" && listed.events.find(({ value }) => value.summary === title)
  if (!seen) throw new Error("the invitation did not arrive")
  return { title, seen }
}
