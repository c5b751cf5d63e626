import { randomUUID } from "node:crypto"
import { type EventRef, eventKey } from "../domain/event"
import { turnFacts } from "../domain/facts"
import type { MoveOperation } from "../domain/plan"
import { addDays } from "../domain/zoned-time"
import type { StoredProposal } from "../ports/assistant-store"
import { type Proposed, propose } from "../server/propose"
import { readCalendars } from "../server/read-calendars"
import type { FaultKind } from "./sandbox"
import { CAST, type Scene, type SceneDeps } from "./scene"
import { clockOf, type PersonEdit, stageOf } from "./stage"

/** Where series are made, and what befalls the writes to them there. */
export interface SeriesPlace {
  calendarId(): Promise<string>
  /** Times are wall clocks of Berlin; the guest of the scene is invited. @returns its id */
  make(wish: {
    readonly summary: string
    readonly start: string
    readonly end: string
    readonly recurrence: readonly string[]
  }): Promise<string>
  /** What a person does to the old series after the new one was made and before the old one is ended. */
  editBeforeTrim(id: string, change: PersonEdit): Promise<unknown>
  trimFails(id: string, kind: FaultKind, delayMs?: number): Promise<unknown>
  deletesFail(times: number): Promise<unknown>
}

export function inSandbox({ provider, sandbox, ...scene }: Scene): SeriesPlace {
  const { guest, person } = CAST[provider]
  const trim = (id: string) => ({ provider, method: "PATCH", pathIncludes: encodeURIComponent(id) })
  return {
    calendarId: stageOf({ provider, sandbox, ...scene }).primary,
    async make(wish) {
      const body = { ...wish, provider, person, attendees: [guest] }
      return (await sandbox.control<{ id: string }>("POST", "events", body)).id
    },
    editBeforeTrim: (id, change) =>
      sandbox.fault({ ...trim(id), kind: "edit-before-write", edit: { calendarId: "primary", change } }),
    trimFails: (id, kind, delayMs) => sandbox.fault({ ...trim(id), kind, ...(delayMs !== undefined && { delayMs }) }),
    deletesFail: (times) => sandbox.fault({ provider, kind: "429", method: "DELETE", times }),
  }
}

type Wish =
  | Pick<MoveOperation, "kind" | "scope" | "to">
  | { readonly kind: "cancel"; readonly scope: MoveOperation["scope"] }

function proposalOf(answer: Proposed): StoredProposal {
  if (answer.kind !== "proposed") throw new Error(`no proposal: ${answer.reason}`)
  return answer.proposal
}

let made = 0
/** Weeks that one series has for itself, and how many such stretches there are: far enough apart that a list of one does not come in pages. */
const STRETCH_DAYS = 42
const STRETCHES = 16

/** Weekly series for tests of "this and all later ones": at 10:00 to 10:30 of the person's clock, from a day of its own on, with a title that nothing else has. */
export function seriesOf(scene: Scene, place: SeriesPlace = inSandbox(scene)) {
  const { at } = stageOf(scene)
  const { person } = scene

  async function weekly({ count, ...more }: { readonly count: number } & Record<string, unknown>) {
    const title = `Series ${++made} ${randomUUID().slice(0, 8)}`
    const first = addDays("2026-11-24", (made % STRETCHES) * STRETCH_DAYS + (made % 5))
    const rule = `RRULE:FREQ=WEEKLY;COUNT=${count}`
    const time = { start: `${first}T10:00:00`, end: `${first}T10:30:00` }
    const id = await place.make({ summary: title, recurrence: [rule], ...time, ...more })
    const ref: EventRef = { connectionId: scene.connectionId, calendarId: await place.calendarId(), eventId: id }
    const dates = Array.from({ length: count }, (_, week) => addDays(first, 7 * week))

    const window = { from: `${addDays(first, -7)}T00:00:00Z`, to: `${addDays(first, 7 * count + 7)}T00:00:00Z` }
    async function listed() {
      const list = await scene.account.list(ref.calendarId, window)
      if (list.kind !== "events") throw new Error(`not listed: ${list.kind}`)
      return list.events
    }
    /** Where its instances are, as the calendar shows them. */
    const instances = async (called = title) =>
      (await listed())
        .map(({ value }) => value)
        .filter(({ summary }) => summary === called)
        .map(({ start }) => (start.kind === "timed" ? clockOf(start.at, person.timeZone) : start.on))

    async function instance(n: number): Promise<EventRef> {
      const on = (await listed()).find(({ value: { seriesId, originalStart, start } }) => {
        const when = originalStart ?? start
        return seriesId === id && when.kind === "timed" && clockOf(when.at, person.timeZone).startsWith(dates[n] ?? "-")
      })
      if (!on) throw new Error(`no instance ${n}`)
      return on.value.ref
    }

    /** By the real use case: everything but the words. */
    async function planOf(n: number, wish: Wish, deps: SceneDeps = scene.deps): Promise<Proposed> {
      const read = await readCalendars(deps.calendars, person, window)
      const turn = turnFacts(read.events, person, new Date(deps.clock.now()).toISOString(), [])
      const target = turn.idOf(eventKey(await instance(n)))
      if (!target) throw new Error(`no instance ${n}`)
      return propose(deps, person, { operations: [{ ...wish, target }], readings: [] }, turn, read)
    }
    const to = (n: number, hour: number) => {
      const date = dates[n] ?? "-"
      return { start: at(date, hour), end: at(date, hour, 30) }
    }

    /** "from the n-th on at `hour`" */
    const planned = (n: number, hour: number, deps?: SceneDeps) =>
      planOf(n, { kind: "move", scope: "following", to: to(n, hour) }, deps)
    const proposed = async (n: number, hour: number) => proposalOf(await planned(n, hour))
    const everyOneMoved = async (hour: number) =>
      proposalOf(await planOf(0, { kind: "move", scope: "series", to: to(0, hour) }))
    const everyOneCancelled = async () => proposalOf(await planOf(0, { kind: "cancel", scope: "series" }))

    const editInstance = async (n: number, change: PersonEdit) =>
      scene.sandbox.edit(scene.provider, CAST[scene.provider].person, (await instance(n)).eventId, change)

    /** The n-th, as it is on screen, on its way to `hour` of its day. */
    async function pulled(n: number, hour: number) {
      const seen = await scene.now(await instance(n))
      if (!seen) throw new Error(`no instance ${n}`)
      return { seen, patch: to(n, hour) }
    }

    async function takeOut(n: number): Promise<void> {
      const one = await scene.now(await instance(n))
      if (!one) throw new Error(`no instance ${n}`)
      const options = { marker: randomUUID(), notify: false, timeoutMs: 5_000 }
      await scene.account.delete(one.value.ref, one.version, options)
    }

    return {
      ref,
      title,
      instances,
      instance,
      planned,
      pulled,
      proposed,
      everyOneMoved,
      everyOneCancelled,
      editInstance,
      editBeforeTrim: (change: Parameters<SeriesPlace["editBeforeTrim"]>[1]) => place.editBeforeTrim(id, change),
      trimFails: (kind: FaultKind, delayMs?: number) => place.trimFails(id, kind, delayMs),
      takeOut,
      deletesFail: place.deletesFail,
      untouched: () => dates.map((date) => `${date} 10:00`),
      split: (n: number, hour: number) =>
        dates.map((date, i) => `${date} ${i < n ? "10" : String(hour).padStart(2, "0")}:00`),
    }
  }

  return { weekly }
}
