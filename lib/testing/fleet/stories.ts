import { atTheSameMoment } from "../app"
import type { AgentAnswer, AgentOrder, Entries } from "./agent"
import type { Agent, Crew, Fleet } from "./crew"

/*
 * C14. Three days in the life of agents that share state, each played by both crews: what the acts should leave behind, and what was found there. The order of the reads and writes is the same
 * in both, and no step depends on luck: everybody reads before anybody writes.
 */

type Refusal = Exclude<AgentAnswer, { kind: "done" }>

/** How one crew came out of a story. */
export interface Ending {
  /** Entries that somebody was told are written, and that are not there. */
  readonly lost: readonly string[]
  /** Entries that are there and must not be: made from what was no longer so. */
  readonly stale: readonly string[]
  readonly refusals: readonly string[]
  /** Answers that the contract does not name. */
  readonly untyped: readonly string[]
}

export interface Told {
  readonly name: string
  readonly happened: string
  readonly ours: Ending
  readonly lastWriteWins: Ending
}

interface Story {
  readonly name: string
  readonly happened: string
  play(
    crew: Crew,
  ): Promise<{ readonly due: Entries; readonly found: Entries; readonly answers: readonly AgentAnswer[] }>
}

/** A lost race is a loop with an end: as many as there are rivals, and one. */
const ATTEMPTS = 7
/** The night agent's claim, and how often whoever comes in the morning asks for it. */
const NIGHT_TTL_SECONDS = 1
const ASKED_EVERY_MS = 100
const ASKED_AT_MOST = 100

const at = <T>(list: readonly T[], n: number): T => {
  const one = list[n]
  if (one === undefined) throw new Error(`there is no number ${n}`)
  return one
}

async function settled(agent: Agent, reads: readonly string[], write: AgentOrder & { do: "write" }) {
  const answers: AgentAnswer[] = []
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const answer = await agent.order(write)
    answers.push(answer)
    if (answer.kind !== "refused") break
    for (const record of reads) await agent.order({ do: "read", record })
  }
  return answers
}

/** As somebody sees it who was not there. */
async function look(crew: Crew, records: readonly string[]): Promise<Entries> {
  const stranger = at(crew.agents, crew.agents.length - 1)
  await stranger.order({ do: "begin" })
  const found: Record<string, string> = {}
  for (const record of records) {
    const answer = await stranger.order({ do: "read", record })
    if (answer.kind === "done") Object.assign(found, answer.entries)
  }
  return found
}

const begin = (agents: readonly Agent[]) => Promise.all(agents.map((agent) => agent.order({ do: "begin" })))

const PARALLEL: Story = {
  name: "parallel sessions",
  happened: "Two sessions read the same plan, each decides something, and each writes the plan back.",
  async play(crew) {
    const sessions = crew.agents.slice(0, 2)
    const record = "plans/launch.json"
    await begin(sessions)
    await at(sessions, 0).order({ do: "write", record, entry: ["owner", "Ada"] })
    for (const session of sessions) await session.order({ do: "read", record })
    const decisions = [
      ["database", "PostgreSQL"],
      ["release", "Thursday"],
    ] as const
    const answers = await atTheSameMoment(
      sessions.map((session, n) => () => settled(session, [record], { do: "write", record, entry: at(decisions, n) })),
    )
    const due = Object.fromEntries([["owner", "Ada"], ...decisions])
    return { due, found: await look(crew, [record]), answers: answers.flat() }
  },
}

const FLEET: Story = {
  name: "orchestrator fleet",
  happened:
    "An orchestrator gives six agents a plan; all report on one board at once. Then it changes the plan while they work on the old one.",
  async play(crew) {
    const [orchestrator, ...rest] = crew.agents
    if (!orchestrator) throw new Error("a fleet needs an orchestrator")
    const six = rest.slice(0, 6)
    const [plan, board] = ["fleet/plan.json", "fleet/board.json"]
    await begin([orchestrator, ...six])
    await orchestrator.order({ do: "write", record: plan, entry: ["plan", "first"] })
    await Promise.all(six.map((agent) => agent.order({ do: "read", record: board })))
    const reports = await atTheSameMoment(
      six.map(
        (agent, n) => () => settled(agent, [board], { do: "write", record: board, entry: [`report ${n}`, "done"] }),
      ),
    )
    await begin(six)
    const plans = await Promise.all(six.map((agent) => agent.order({ do: "read", record: plan })))
    await orchestrator.order({ do: "write", record: plan, entry: ["plan", "second"] })
    const outputs = await atTheSameMoment(six.map((agent, n) => () => output(agent, n, plan, plans[n])))
    const due: Record<string, string> = { plan: "second" }
    for (const n of six.keys()) Object.assign(due, { [`report ${n}`]: "done", [`output ${n}`]: "of the second plan" })
    const records = [plan, board, ...six.map((_, n) => `fleet/output-${n}.json`)]
    return { due, found: await look(crew, records), answers: [...reports.flat(), ...outputs.flat()] }
  },
}

/** Writes another record than the one it was derived from: no version of its own can tell it that the plan has moved (C6). */
async function output(agent: Agent, n: number, plan: string, read: AgentAnswer | undefined): Promise<AgentAnswer[]> {
  const record = `fleet/output-${n}.json`
  const of = (answer: AgentAnswer | undefined) => (answer?.kind === "done" ? answer.entries.plan : "unknown")
  const write = (answer: AgentAnswer | undefined) =>
    agent.order({ do: "write", record, entry: [`output ${n}`, `of the ${of(answer)} plan`] })
  const first = await write(read)
  return first.kind === "refused" ? [first, await write(await agent.order({ do: "read", record: plan }))] : [first]
}

const OVERNIGHT: Story = {
  name: "overnight agent",
  happened:
    "An agent takes a draft for the night and its machine falls asleep. In the morning somebody else takes the draft over; then the machine wakes and goes on, twice.",
  async play(crew) {
    const [night, morning] = [at(crew.agents, 0), at(crew.agents, 1)]
    const record = "drafts/offer.json"
    await begin([night, morning])
    await morning.order({ do: "write", record, entry: ["heading", "Offer"] })
    await night.order({ do: "read", record })
    await night.order({ do: "claim", record, ttlSeconds: NIGHT_TTL_SECONDS })
    night.sleep()
    const answers = await takenOver(morning, record)
    await morning.order({ do: "read", record })
    // nothing has moved the version yet: the fence alone knows
    const zombie = { do: "write", record, entry: ["price", "yesterday's"] } as const
    const late = night.order(zombie)
    night.wake()
    answers.push(await late)
    answers.push(await morning.order({ do: "write", record, entry: ["price", "today's"] }))
    answers.push(await night.order(zombie))
    return { due: { heading: "Offer", price: "today's" }, found: await look(crew, [record]), answers }
  },
}

async function takenOver(agent: Agent, record: string): Promise<AgentAnswer[]> {
  for (let asked = 0; asked < ASKED_AT_MOST; asked++) {
    const answer = await agent.order({ do: "claim", record, ttlSeconds: 60 })
    if (answer.kind === "done") return []
    if (answer.kind === "untyped") return [answer]
    await new Promise((resolve) => setTimeout(resolve, ASKED_EVERY_MS))
  }
  throw new Error(`the claim on ${record} never ended`)
}

const said = (refusal: Refusal) =>
  refusal.kind === "refused"
    ? [refusal.status, refusal.code, refusal.why, refusal.recovery].filter((part) => part !== null).join(" ")
    : `${refusal.status} ${refusal.text.slice(0, 200)}`

async function ending(story: Story, crew: Crew): Promise<Ending> {
  const { due, found, answers } = await story.play(crew)
  const of = (kind: Refusal["kind"]) =>
    answers.flatMap((answer) => (answer.kind === kind ? [said(answer as Refusal)] : []))
  return {
    lost: Object.keys(due)
      .filter((name) => found[name] !== due[name])
      .map((name) => `${name}: ${due[name]}`),
    stale: Object.keys(found)
      .filter((name) => found[name] !== due[name])
      .map((name) => `${name}: ${found[name]}`),
    refusals: of("refused"),
    untyped: of("untyped"),
  }
}

export const STORIES = [PARALLEL, FLEET, OVERNIGHT] as const

export async function tell(story: (typeof STORIES)[number], fleet: Fleet): Promise<Told> {
  const lastWriteWins = await ending(story, fleet.lastWriteWins)
  return { name: story.name, happened: story.happened, lastWriteWins, ours: await ending(story, fleet.ours) }
}

/** What a story shows when it does not come out as promised; a baseline that loses nothing shows nothing either. */
export const promisesMissed = ({ name, ours, lastWriteWins }: Told): string[] => [
  ...ours.lost.map((entry) => `${name}: lost with us: ${entry}`),
  ...ours.stale.map((entry) => `${name}: there with us, made of what was no longer so: ${entry}`),
  ...ours.untyped.map((answer) => `${name}: an answer that no contract names: ${answer}`),
  ...(ours.refusals.length === 0 ? [`${name}: nobody was refused`] : []),
  ...(lastWriteWins.lost.length === 0 ? [`${name}: last write wins lost nothing`] : []),
]
