import { randomUUID } from "node:crypto"
import type { CalendarEvent, EventRef } from "../../domain/event"
import type { Seen } from "../../domain/version"
import type { CalendarProvider, WriteOutcome } from "../../ports/calendar-provider"
import type { GuardedStore } from "../../ports/guarded-store"
import { found } from "../../server/read-outcome"
import { naiveTool } from "../naive-tool"
import type { Scene, SceneDeps } from "../scene"

/*
 * Bugs that calendar tools really have, put in from outside by wrapping a port. A harness counts only when each of them turns it red.
 */

type Wrap = (real: CalendarProvider, scene: Scene) => CalendarProvider

const provider =
  (wrap: Wrap) =>
  (scene: Scene): SceneDeps => {
    const wrapped = wrap(scene.account, scene)
    const { calendars } = scene.deps
    const open: typeof calendars.open = async (...args) => ((await calendars.open(...args)) ? wrapped : null)
    return { ...scene.deps, calendars: { ...calendars, open } }
  }

const store =
  (wrap: (real: GuardedStore) => GuardedStore) =>
  (scene: Scene): SceneDeps => ({ ...scene.deps, guarded: wrap(scene.deps.guarded) })

/** What a write answers that looked afterwards instead of believing its answer. */
async function lookedUp(real: CalendarProvider, ref: EventRef): Promise<WriteOutcome> {
  const event = found(await real.get(ref))
  return event ? { kind: "applied", event } : { kind: "unknown", cause: "not found afterwards" }
}

/** Sends again on whatever version is newest. */
const again =
  (real: CalendarProvider): CalendarProvider["update"] =>
  async (ref, patch, seen, options) => {
    const newest = found(await real.get(ref))
    return real.update(ref, patch, newest?.version ?? seen, options)
  }

const updating =
  (change: (real: CalendarProvider, scene: Scene) => CalendarProvider["update"]): Wrap =>
  (real, scene) => ({ ...real, update: change(real, scene) })

/** A read through a cache that keeps the body it saw first and passes the version through. */
const bodyCache: Wrap = (real) => {
  const bodies = new Map<string, CalendarEvent>()
  const kept = (seen: Seen<CalendarEvent>) => {
    const body = bodies.get(seen.value.ref.eventId) ?? seen.value
    bodies.set(seen.value.ref.eventId, body)
    return { ...seen, value: body }
  }
  return {
    ...real,
    async get(ref) {
      const read = await real.get(ref)
      return read.kind === "found" ? { ...read, event: kept(read.event) } : read
    },
  }
}

const changingReads =
  (change: (seen: Seen<CalendarEvent>) => Seen<CalendarEvent>): Wrap =>
  (real) => ({
    ...real,
    async get(ref) {
      const read = await real.get(ref)
      return read.kind === "found" ? { ...read, event: change(read.event) } : read
    },
    async list(...args) {
      const list = await real.list(...args)
      return list.kind === "events" ? { ...list, events: list.events.map(change) } : list
    },
  })

export const PLANTS = {
  /** Last writer wins. */
  "no-if-match": provider(
    updating((real, scene) => {
      const tool = naiveTool(scene)
      return async (ref, patch, seen, options) => {
        if (patch.start?.kind !== "timed" || patch.end?.kind !== "timed") return real.update(ref, patch, seen, options)
        await (await tool).write(ref.eventId, { start: patch.start.at, end: patch.end.at })
        return lookedUp(real, ref)
      }
    }),
  ),
  /** `event.etag ?? fetched.etag`: the precondition guards a version that nobody was shown. */
  "newest-version": provider(updating((real) => again(real))),
  /** A refused request goes out once more by itself. */
  "hidden-retry": provider(
    updating((real) => async (...request) => {
      const answer = await real.update(...request)
      return answer.kind === "conflict" ? again(real)(...request) : answer
    }),
  ),
  /** What was lost is sent again. */
  "resend-unknown": provider(
    updating((real) => async (...request) => {
      const answer = await real.update(...request)
      return answer.kind === "unknown" ? again(real)(...request) : answer
    }),
  ),
  "unknown-is-success": provider(
    updating((real) => async (...request) => {
      const answer = await real.update(...request)
      return answer.kind === "unknown" ? lookedUp(real, request[0]) : answer
    }),
  ),
  "refused-is-success": provider(
    updating((real) => async (...request) => {
      const answer = await real.update(...request)
      return answer.kind === "conflict" ? lookedUp(real, request[0]) : answer
    }),
  ),
  /** The request does not carry its intent's id. */
  "no-marker": provider(
    updating(
      (real) => (ref, patch, seen, options) => real.update(ref, patch, seen, { ...options, marker: randomUUID() }),
    ),
  ),
  "old-body-new-version": provider(bodyCache),
  /** Takes every new version for somebody's edit. */
  "every-version-matters": provider(
    changingReads((seen) => ({ ...seen, value: { ...seen.value, conferenceUrl: seen.version } })),
  ),
  /** Nobody but the person is thought of. */
  "always-you": provider(changingReads((seen) => ({ ...seen, value: { ...seen.value, guestsMayEdit: false } }))),
  /** The outcome's row is not in the outcome's transaction, and gets lost. */
  "no-log-row": store((real) => ({ ...real, finish: (end) => real.finish({ ...end, log: [] }) })),
} as const

export type PlantName = keyof typeof PLANTS
