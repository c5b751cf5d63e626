import { type CalendarEvent, eventKey } from "../../domain/event"
import type { Outcome } from "../../domain/outcome"
import type { Seen } from "../../domain/version"
import { applyProposal } from "../../server/apply-proposal"
import { editEvent } from "../../server/edit-event"
import { resolveConflict } from "../../server/resolve-conflict"
import { undoProposal } from "../../server/undo-proposal"
import { proposeMove } from "../propose-move"
import type { Scene, SceneDeps } from "../scene"
import { type Ground, openGround } from "./ground"
import { type Attempt, type Consent, judge, type Reply } from "./judge"
import { differing, halfHour, type Looks, patchOf, wishOf } from "./looks"
import { newPlan, type Plan } from "./plan"
import { nameOf, replyTo, replyToAnswer } from "./replies"
import type { Change, Outside, Race, Step, Story } from "./story"

/** A story did not end well. */
export class Violation extends Error {}

/** What happened in a story: how often each thing, so that a run which met nothing is not taken for a good one. */
export type Tally = Map<string, number>

/**
 * Tells one story on a new event, and holds every press of a button against what the provider saw.
 * @param deps the scene's, or a broken form of them
 * @throws {Violation} at the first thing that is wrong
 */
export async function tell(scene: Scene, deps: SceneDeps, story: Story, tally: Tally): Promise<void> {
  // in Outlook guests never can
  const shared = story.shared && scene.provider === "google"
  const ground = await openGround(scene, shared)
  const teller = tellerOf(scene, deps, ground, shared, tally)
  try {
    await teller.look()
    for (const step of story.steps) await teller.take(step)
    await teller.checkLog()
  } finally {
    await ground.close()
  }
}

function tellerOf(scene: Scene, deps: SceneDeps, ground: Ground, shared: boolean, tally: Tally) {
  const { person } = scene
  const { ref, date } = ground
  const plans: Plan[] = []
  /** People's changes so far, in order. */
  const changes: ("person" | "guest")[] = []
  let stands: Looks | null = ground.first
  let screen: { seen: Seen<CalendarEvent>; shown: Looks; since: number } | null = null
  let executed = 0
  let sent = 0
  /** A request is being looked for: until recovery has found out, nothing else may be written to the event. */
  let inDoubt = false

  const count = (what: string) => tally.set(what, (tally.get(what) ?? 0) + 1)

  /** Somebody changes the event outside of the app; what that means is known without asking. */
  function happened(outside: Outside): void {
    if (stands === null || outside.kind === "noise") return
    if (outside.kind === "delete") {
      stands = null
      return
    }
    const before = stands
    stands = { ...before, ...wishOf(outside.change, date) }
    if (differing(before, stands).length > 0) changes.push(shared ? outside.who : "person")
  }

  async function look(): Promise<void> {
    const seen = await scene.now(ref)
    if ((seen === null) !== (stands === null))
      throw new Violation("the app and the provider disagree on whether it is there")
    screen = seen && stands ? { seen, shown: stands, since: changes.length } : null
  }

  async function plan(hour: number): Promise<void> {
    const to = halfHour(date, hour)
    const patch = { time: `${to.start}/${to.end}` }
    if (stands === null || stands.time === patch.time) return
    const proposal = await proposeMove(deps, scene, ref, to)
    for (const earlier of plans) earlier.state = "used"
    plans.push(newPlan(proposal.id, proposal.planHash, { shown: stands, patch }, changes.length))
  }

  /** Presses a button and judges what came of it. */
  async function press(
    what: { consent: Consent; since: number; good: boolean; races: readonly Race[] },
    buttons: () => Promise<Reply[]>,
  ): Promise<{ outcome: Outcome | null; before: Looks | null }> {
    const struck = await ground.racing(stands === null ? [] : possible(what.races), buttons)
    let before = stands
    const attempts: Attempt[] = []
    for (const strike of struck.exchanges) {
      if (strike.meanwhile) happened(strike.meanwhile)
      if (strike.method !== "PATCH") continue
      attempts.push({ executed: strike.executed, refused: strike.refused, landedOn: stands })
      if (!strike.executed) continue
      before = stands
      if (!stands) continue
      stands = { ...stands, ...what.consent.patch }
      // their doing too: they said yes to it
      changes.push("person")
    }
    executed += attempts.filter((attempt) => attempt.executed).length
    sent += attempts.length
    const real = await ground.looks()
    const wrong = judge({
      ...what,
      attempts,
      stands,
      shared,
      replies: struck.result,
      changedBy: changes.slice(what.since),
      disturbed: struck.exchanges.some((strike) => strike.fault !== null),
    })
    const outcome = struck.result.flatMap((reply) => (reply.kind === "outcome" ? [reply.outcome] : []))[0] ?? null
    count(nameOf(outcome, attempts.length))
    inDoubt = outcome?.kind === "unknown"
    if (wrong.length > 0) throw new Violation(wrong.join("; "))
    if (JSON.stringify(real) !== JSON.stringify(stands))
      throw new Violation(`stands as ${JSON.stringify(real)} instead of ${JSON.stringify(stands)}`)
    return { outcome, before }
  }

  /** The plan after an answer to it. */
  async function follow(plan: Plan, { outcome, before }: { outcome: Outcome | null; before: Looks | null }) {
    plan.state = "used"
    plan.question = null
    if (!outcome || !stands) return
    if (outcome.kind === "applied" && before) plan.done = { before, after: stands, since: changes.length }
    if (outcome.kind !== "conflict") return
    const open = await deps.store.openConflictOf(person.workspaceId, plan.id)
    if (!open) throw new Violation("a lost race, and no question is open")
    const disjoint = outcome.conflict.relation === "disjoint"
    plan.question = { id: open.id, shown: stands, since: changes.length, disjoint }
  }

  async function apply(plan: Plan, twice: boolean, races: readonly Race[]): Promise<void> {
    const good = plan.state === "open"
    const once = async () => replyTo(await applyProposal(deps, person, plan.id, plan.planHash))
    const pressed = await press({ ...plan, good, races: twice ? [] : races }, () =>
      Promise.all(twice ? [once(), once()] : [once()]),
    )
    if (good) await follow(plan, pressed)
  }

  async function answer(plan: Plan, wish: Extract<Step, { kind: "answer" }>["choice"], races: readonly Race[]) {
    const { question } = plan
    if (!question) return
    const consent = { shown: question.shown, patch: plan.consent.patch }
    const choice = wish === "write" ? (question.disjoint ? "both" : "move") : wish
    if (wish !== "write") {
      const reply = replyToAnswer(await resolveConflict(deps, person, question.id, choice))
      plan.question = null
      if (reply.kind === "outcome") throw new Violation(`${choice} is no yes to writing`)
      count(choice)
      return
    }
    const pressed = await press({ consent, since: question.since, good: true, races }, async () => [
      replyToAnswer(await resolveConflict(deps, person, question.id, choice)),
    ])
    await follow(plan, pressed)
    const again = await resolveConflict(deps, person, question.id, choice)
    if (again.kind !== "superseded") throw new Violation("one question took two answers")
  }

  async function undo(plan: Plan, races: readonly Race[]): Promise<void> {
    const { done } = plan
    if (!done || plan.isUndo) {
      if (await undoProposal(deps, person, plan.id)) throw new Violation("undid what was never done, or an undo")
      return
    }
    // pressed again it is the same undo, unless that one came to nothing
    const first = plan.undoneBy && (await deps.store.findProposal(person.workspaceId, person.userId, plan.undoneBy))
    if (first && first.state !== "stopped" && first.state !== "dropped") {
      const again = await undoProposal(deps, person, plan.id)
      if (again?.proposalId !== plan.undoneBy) throw new Violation("a second press made another undo")
      count("undo pressed again")
      return
    }
    const fields = Object.keys(plan.consent.patch)
    const patch = Object.fromEntries(Object.entries(done.before).filter(([field]) => fields.includes(field)))
    const consent = { shown: done.after, patch }
    const made: { proposalId: string }[] = []
    const pressed = await press({ consent, since: done.since, good: true, races }, async () => {
      const undone = await undoProposal(deps, person, plan.id)
      if (undone) made.push(undone)
      return [undone ? replyTo(undone.applied) : { kind: "nothing", why: "nothing to undo" }]
    })
    plan.undoneBy = made[0]?.proposalId ?? null
    await add(made, consent, done.since, pressed)
    for (const each of plans) if (each.id === plan.undoneBy) each.isUndo = true
  }

  async function drag(change: Change, races: readonly Race[]): Promise<void> {
    if (!screen) return
    const { seen, shown, since } = screen
    const patch = wishOf(change, date)
    if (differing(shown, { ...shown, ...patch }).length === 0) return
    const consent = { shown, patch }
    const made: { proposalId: string }[] = []
    const pressed = await press({ consent, since, good: true, races }, async () => {
      const edited = await editEvent(deps, person, seen, patchOf(change, date))
      if ("kind" in edited) return [{ kind: "nothing", why: edited.reason }]
      made.push(edited)
      return edited.applied ? [replyTo(edited.applied)] : []
    })
    await add(made, consent, since, pressed)
  }

  async function add(
    made: readonly { proposalId: string }[],
    consent: Consent,
    since: number,
    pressed: Parameters<typeof follow>[1],
  ) {
    for (const { proposalId } of made) {
      const plan = newPlan(proposalId, "", consent, since)
      await follow(plan, pressed)
      plans.push(plan)
    }
  }

  async function take(step: Step): Promise<void> {
    if (inDoubt) return
    const pick = (which: number, fits: (plan: Plan) => boolean) => plans.filter(fits).at(-1 - which)
    switch (step.kind) {
      case "edit":
      case "delete":
      case "noise":
        if (stands === null) return
        await ground.outside(step)
        return happened(step)
      case "look":
        return look()
      case "plan":
        return plan(step.hour)
      case "drag":
        return drag(step.change, step.races)
      case "apply": {
        const chosen = pick(step.which, (plan) => plan.planHash !== "")
        return chosen && apply(chosen, step.twice, step.races)
      }
      case "answer": {
        const asked = pick(step.which, (plan) => plan.question !== null)
        return asked && answer(asked, step.choice, step.races)
      }
      case "undo": {
        const chosen = pick(step.which, (plan) => plan.done !== null) ?? pick(step.which, () => true)
        return chosen && undo(chosen, step.races)
      }
    }
  }

  /** Each carried-out write has exactly one end in the log that says so, each request its attempt (I1, I4). */
  async function checkLog(): Promise<void> {
    const rows = await scene.db.logRow.findMany({ where: { subjectId: eventKey(ref), intentId: { not: null } } })
    const done = rows.filter((row) => row.kind !== "attempt" && row.outcome === "applied").map((row) => row.intentId)
    const tried = rows.filter((row) => row.kind === "attempt" && row.outcome === "prepared")
    if (stands !== null && (done.length !== executed || new Set(done).size !== executed))
      throw new Violation(`${executed} writes and ${done.length} log rows that say "applied"`)
    if (tried.length !== sent) throw new Violation(`${sent} requests and ${tried.length} attempts in the log`)
  }

  return { look, take, checkLog }
}

/** After a delete there is nothing left to change. */
function possible(races: readonly Race[]): Race[] {
  const end = races.findIndex((race) => "meanwhile" in race && race.meanwhile.kind === "delete")
  return end === -1 ? [...races] : races.slice(0, end + 1)
}
