import "server-only"
import type { Span, When } from "../domain/event"
import { type KnownPerson, makeMatcher } from "../domain/matcher"
import {
  type EventFact,
  epochMs,
  type FactId,
  type Matcher,
  type Operation,
  type PersonId,
  type Plan,
  type PlanAnswer,
  type PlannerFacts,
  type Stretch,
  type Telling,
} from "../domain/plan"
import { factsAfter, newId } from "../domain/plan-effect"
import { afterChange, againstPreferences, aliasesOf, type Preferences } from "../domain/preferences"
import { sayQuestion, sayRefusal } from "../domain/wording-answers"
import { isoInstant, offsetIso } from "../domain/zoned-time"
import type { Planner } from "../ports/planner"
import { type BatchEvent, BatchLine } from "./batch-line"

/**
 * One line of a batch planned: a JSON text in, a JSON text out, without a line end. A line that cannot be read is answered with `{id, kind: "error", error}`, so that one bad
 * line costs one answer. `after` is the calendar once the plan is applied; a question has it for every choice.
 */
export async function planLine(planner: Planner, text: string): Promise<string> {
  const read = readLine(text)
  if ("error" in read) return JSON.stringify({ id: read.id, kind: "error", error: read.error })
  const scene = sceneOf(read.line)
  return JSON.stringify({
    id: read.line.id,
    ...shown(await planner.plan(read.line.words, scene.facts, scene.matcher), scene),
  })
}

function readLine(text: string): { line: BatchLine } | { id: unknown; error: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { id: null, error: "not JSON" }
  }
  const read = BatchLine.safeParse(value)
  if (read.success) return { line: read.data }
  const id = typeof value === "object" && value !== null && "id" in value ? value.id : null
  const [issue] = read.error.issues
  return { id, error: issue ? `${issue.path.join(".") || "line"}: ${issue.message}` : "not a line of a batch" }
}

interface Scene {
  readonly line: BatchLine
  readonly facts: PlannerFacts
  readonly matcher: Matcher
  readonly eventOf: ReadonlyMap<FactId, BatchEvent>
  readonly people: readonly KnownPerson[]
}

const WORKING_HOURS = { days: [1, 2, 3, 4, 5], start: "09:00", end: "17:00" }

function sceneOf(line: BatchLine): Scene {
  const sorted = [...line.events].sort((a, b) => Date.parse(a.start) - Date.parse(b.start))
  const named = sorted.map((event, index) => ({ event, id: `e${index + 1}` as FactId }))
  const people = peopleOf(line)
  const { start, end, days = WORKING_HOURS.days } = line.prefs?.workingHours ?? WORKING_HOURS
  const preferences = preferencesOf(line)
  const candidates = named.map(({ event, id }) => ({
    id,
    title: event.title,
    location: event.location ?? "",
    people: event.attendees.filter(({ email }) => !isSame(email, line.me)).map(withName),
  }))
  return {
    line,
    people,
    eventOf: new Map(named.map(({ event, id }) => [id, event])),
    matcher: makeMatcher(candidates, people, aliasesOf(preferences)),
    facts: {
      now: new Date(line.now).toISOString(),
      timeZone: line.timeZone,
      workingHours: { days, start, end },
      events: named.map(({ event, id }) => factOf(event, id, line)),
      lastMentioned: [],
      ...(preferences.length > 0 && { preferences }),
    },
  }
}

function preferencesOf({ prefs: { preferences = [], defaultMinutes } = {} }: BatchLine): Preferences {
  if (defaultMinutes === undefined) return preferences
  return afterChange(preferences, { op: "remember", lines: [{ kind: "default-length", minutes: defaultMinutes }] })
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

const withName = ({ name, email }: { readonly name?: string | undefined; readonly email: string }) => ({
  name: name ?? "",
  email,
})

function peopleOf({ people, events, me }: BatchLine): readonly KnownPerson[] {
  const all = [...people, ...events.flatMap(({ attendees }) => attendees)].filter(({ email }) => !isSame(email, me))
  const known = new Map(all.map((person) => [person.email.toLowerCase(), withName(person)]))
  return [...known.values()].map((person, index) => ({ ...person, id: `p${index + 1}` as PersonId }))
}

/** Without an organizer an event is the person's to move, and with guests an invitation they may answer: a file says no more. */
function factOf(
  { start, end, attendees, organizer, series }: BatchEvent,
  id: FactId,
  { me, timeZone }: BatchLine,
): EventFact {
  const own = organizer === undefined ? null : isSame(organizer, me)
  const answer = attendees.find(({ email }) => isSame(email, me))?.rsvp ?? "needsAction"
  return {
    id,
    series: series === undefined ? null : (`s${series}` as FactId),
    start: whenOf(start, timeZone),
    end: whenOf(end, timeZone),
    busy: true,
    movable: own !== false,
    guests: attendees.length,
    answer: own === true || attendees.length === 0 ? null : answer,
  }
}

const whenOf = (text: string, timeZone: string): When =>
  text.includes("T") ? { kind: "timed", at: isoInstant(Date.parse(text)), timeZone } : { kind: "allDay", on: text }

function shown(answer: PlanAnswer, scene: Scene): Record<string, unknown> {
  switch (answer.kind) {
    case "plan":
      return { kind: "plan", ...shownPlan(answer.plan, scene) }
    case "question": {
      const { about, choices } = answer
      return {
        kind: "question",
        about,
        text: sayQuestion(about),
        choices: choices.map((plan) => shownPlan(plan, scene)),
      }
    }
    case "refusal":
      return { kind: "refusal", reason: answer.reason, text: sayRefusal(answer.reason) }
    case "tell":
      return { kind: "answer", answer: shownTelling(answer.telling, scene) }
    case "remember":
      return { kind: "answer", answer: { kind: answer.change.op, preferences: answer.change.lines } }
    case "undo":
      return { kind: "answer", answer: { kind: "undo", event: answer.target && idOf(answer.target, scene) } }
    default:
      return answer satisfies never
  }
}

function shownTelling(telling: Telling, { facts, line: { timeZone } }: Scene): Record<string, unknown> {
  if (telling.kind === "preferences") return { ...telling, preferences: facts.preferences ?? [] }
  if (telling.kind === "proposed") return telling
  const at = (instant: string) => offsetIso(instant, timeZone)
  const spans = (stretches: readonly Stretch[]) =>
    stretches.map(({ start, end }) => ({ start: at(start), end: at(end) }))
  return telling.kind === "changes"
    ? { kind: "changes", since: at(telling.since) }
    : { kind: "free", asked: spans(telling.asked), free: spans(telling.free) }
}

const idOf = (id: FactId, { eventOf }: Scene) => eventOf.get(id)?.id ?? null

const shownPlan = (plan: Plan, scene: Scene) => ({
  plan: {
    operations: plan.operations.map((op) => shownOperation(op, scene)),
    readings: [...plan.readings, ...against(plan, scene)],
  },
  after: afterOf(plan, scene),
})

const against = ({ operations }: Plan, { facts }: Scene) =>
  againstPreferences(operations, facts.preferences ?? [], facts.timeZone)

function shownOperation(op: Operation, scene: Scene): Record<string, unknown> {
  switch (op.kind) {
    case "create":
      return { kind: op.kind, title: op.title, ...spanText(op.to, scene), attendees: guestsOf(op, scene) }
    case "move":
      return { kind: op.kind, event: idOf(op.target, scene), scope: op.scope, ...spanText(op.to, scene) }
    case "cancel":
      return { kind: op.kind, event: idOf(op.target, scene), scope: op.scope }
    case "respond": {
      const { scope, rsvp, proposed } = op
      const instead = proposed ? { proposed: spanText(proposed, scene) } : {}
      return { kind: op.kind, event: idOf(op.target, scene), scope, rsvp, ...instead }
    }
    default:
      return op satisfies never
  }
}

const guestsOf = ({ guests }: Extract<Operation, { kind: "create" }>, { people }: Scene) =>
  people.filter(({ id }) => guests.includes(id)).map(({ name, email }) => ({ name, email }))

const spanText = ({ start, end }: Span, { line: { timeZone } }: Scene) => ({
  start: whenText(start, timeZone),
  end: whenText(end, timeZone),
})

const whenText = (when: When, timeZone: string): string =>
  when.kind === "timed" ? offsetIso(when.at, timeZone) : when.on

/** The line's events as they stand once the plan is applied, in their order; new ones last. What did not change is word for word what it was. */
function afterOf(plan: Plan, scene: Scene): readonly Record<string, unknown>[] {
  const { facts, eventOf, line } = scene
  const after = new Map(factsAfter(facts, plan).events.map((event) => [event.id, event]))
  const before = new Map(facts.events.map((event) => [event.id, event]))
  const ids = new Map([...eventOf].map(([id, event]) => [event, id]))
  const standing = line.events.flatMap((event) => {
    const id = ids.get(event)
    const now = id && after.get(id)
    const was = id && before.get(id)
    if (!now || !was) return []
    const moved = epochMs(now.start) !== epochMs(was.start) || epochMs(now.end) !== epochMs(was.end)
    return [{ ...event, ...(moved && spanText(now, scene)), ...(now.answer !== was.answer && { rsvp: now.answer }) }]
  })
  const made = plan.operations.flatMap((op, index) =>
    op.kind === "create"
      ? [{ id: newId(index), title: op.title, ...spanText(op.to, scene), attendees: guestsOf(op, scene) }]
      : [],
  )
  return [...standing, ...made]
}
