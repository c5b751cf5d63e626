import { Temporal } from "temporal-polyfill"
import type { When } from "../../../lib/domain/event"
import { resolveConflict } from "../../../lib/server/resolve-conflict"
import { choose, say } from "../../../lib/server/say"
import { patchOf } from "../../../lib/testing/patch-of"
import type { SandboxProvider } from "../../../lib/testing/sandbox"
import { openScene, type Scene, type SceneDeps } from "../../../lib/testing/scene"
import { stageOf } from "../../../lib/testing/stage"
import { PLANTS, type PlantName, ZONE } from "./zone-plants"

/** The scenario that the product is judged by (T13), with the clocks of the app and of the provider set to `now`. */
export interface Run {
  readonly provider: SandboxProvider
  /** ISO instant. */
  readonly now: string
  readonly choice: "keep" | "move" | "other"
  readonly plant?: PlantName
}

export interface Told {
  /** What was asked before there was a proposal. */
  readonly asked: string | null
  /** The proposal's target, on the person's clock. */
  readonly target: string
  readonly wrong: readonly string[]
}

const WORDS = "move my weekly sync to Thursday 3pm"
const TUESDAY = 2
const THURSDAY = 4

/** "move my weekly sync to Thursday 3pm", a question answered if one is asked, moved to Tuesday 11:00 by the person, applied, and chosen. */
export async function canonical({ provider, now, choice, plant }: Run): Promise<Told> {
  const scene = await openScene(provider, { now })
  try {
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    const deps = plant ? PLANTS[plant](scene.deps) : scene.deps
    return await run(scene, deps, Temporal.Instant.from(now), choice)
  } finally {
    await scene.close()
  }
}

async function run(scene: Scene, deps: SceneDeps, now: Temporal.Instant, choice: Run["choice"]): Promise<Told> {
  const stage = stageOf(scene)
  const { proposalId, asked } = await propose(scene, deps)
  const proposal = await scene.proposal(proposalId)
  const op = proposal.operations[0]
  const start = op && patchOf(op.change).start
  if (!start) throw new Error("a proposal that moves nothing")
  const { ref } = op.base.value
  const [from, target] = [wall(op.base.value.start), wall(start)]
  const shownQuestion = asked && `${asked.about}: ${asked.choices.join(" | ")}`
  const wrong = misread(now, { about: asked?.about ?? null, from, target })

  const date = from.slice(0, 10)
  await stage.edit(ref, { start: `${date}T11:00`, end: `${date}T11:30` })
  const mark = await scene.sandbox.lastExchange()
  const outcome = await stage.apply(proposal)
  if (outcome.kind !== "conflict" || outcome.conflict.relation !== "collision" || outcome.conflict.by !== "you")
    return { asked: shownQuestion, target, wrong: [...wrong, `answered ${JSON.stringify(outcome).slice(0, 200)}`] }
  const answered = await resolveConflict(deps, scene.person, await stage.conflictId(proposal), choice)
  const sent = (await scene.writes(mark)).map((write) => write.status).join()
  const stands = await stage.startOf(ref)
  const should = choice === "move" ? { stands: target, sent: "200" } : { stands: `${date} 11:00`, sent: "" }
  return {
    asked: shownQuestion,
    target,
    wrong: [
      ...wrong,
      ...(stands === should.stands ? [] : [`${choice}: stands at ${stands} instead of ${should.stands}`]),
      ...(sent === should.sent ? [] : [`${choice}: write requests "${sent}" instead of "${should.sent}"`]),
      ...(choice === "other" ? await offered(scene, answered) : []),
    ],
  }
}

interface Question {
  readonly about: string
  readonly choices: readonly string[]
}

/** The first choice of a question, if there is one. */
async function propose(scene: Scene, deps: SceneDeps): Promise<{ proposalId: string; asked: Question | null }> {
  const turn = await say(deps, scene.person, WORDS)
  if (turn.answer.kind === "proposal") return { proposalId: turn.answer.proposalId, asked: null }
  if (turn.answer.kind !== "question") throw new Error(`no proposal: ${JSON.stringify(turn.answer)}`)
  const { about, choices } = turn.answer
  const chosen = await choose(deps, scene.person, turn.id, 0)
  if (chosen?.answer.kind !== "proposal") throw new Error("a choice that led to no proposal")
  return { proposalId: chosen.answer.proposalId, asked: { about, choices: choices.map((each) => each.label) } }
}

/**
 * What is wrong with how the words were taken. A question is right where they can mean two things: which sync while one is on, which Thursday when
 * one comes before the sync.
 */
function misread(now: Temporal.Instant, took: { about: string | null; from: string; target: string }): string[] {
  const [sync = ""] = upcoming(now, TUESDAY, 10)
  const [running = ""] = upcoming(now.subtract({ minutes: 30 }), TUESDAY, 10)
  const [thursday = "", later = ""] = upcoming(now, THURSDAY, 15)
  const about = running !== sync ? "which-event" : thursday < sync ? "which-day" : null
  const targets = about === "which-day" ? [thursday, later] : [thursday]
  return [
    ...(took.about === about ? [] : [`asked ${took.about} where ${about} was right`]),
    ...(took.from === running ? [] : [`took the sync of ${took.from} instead of ${running}`]),
    ...(targets.includes(took.target) ? [] : [`${took.target} is not the Thursday that was meant`]),
  ]
}

async function offered(scene: Scene, answered: Awaited<ReturnType<typeof resolveConflict>>): Promise<string[]> {
  if (answered.kind !== "offered") return [`offered nothing: ${answered.kind}`]
  const turn = await scene.deps.store.findTurn(scene.person.workspaceId, scene.person.userId, answered.turnId)
  return turn?.answer.kind === "question" ? [] : ["offered no other times"]
}

/** The next two times of that weekday and hour, on the person's clock: reckoned apart from the planner. */
function upcoming(now: Temporal.Instant, weekday: number, hour: number): string[] {
  const here = now.toZonedDateTimeISO(ZONE)
  const days = Array.from({ length: 15 }, (_, n) => here.toPlainDate().add({ days: n }))
  return days
    .filter((day) => day.dayOfWeek === weekday)
    .map((day) => day.toZonedDateTime({ timeZone: ZONE, plainTime: { hour } }))
    .filter((moment) => Temporal.ZonedDateTime.compare(moment, here) > 0)
    .slice(0, 2)
    .map(shown)
}

const shown = (moment: Temporal.ZonedDateTime): string =>
  moment.toPlainDateTime().toString({ smallestUnit: "minute" }).replace("T", " ")

function wall(when: When): string {
  if (when.kind === "allDay") throw new Error("nothing here lasts all day")
  return shown(Temporal.Instant.from(when.at).toZonedDateTimeISO(ZONE))
}
