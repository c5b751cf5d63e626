import type { EventKey } from "../../domain/event"
import { isWrite } from "../is-write"
import type { Exchange } from "../sandbox"
import type { Scene } from "../scene"

/** One event with one proposal to move it, and how it ended, read past the app: the provider's journal and the tables. */
export interface Traces {
  /** Requests that wanted to write it. */
  readonly writes: readonly Exchange[]
  readonly intents: readonly {
    readonly id: string
    readonly state: string
    readonly sentAt: Date | null
    readonly outcome: string | null
    readonly corrected: boolean
    readonly approvalUsed: boolean
  }[]
  /** Outcome and correction rows of the log. */
  readonly ends: readonly { readonly intentId: string | null; readonly outcome: string | null }[]
}

const executed = ({ executedStatus }: Exchange) => executedStatus !== null && executedStatus < 300
const succeeded = (outcome: string | null) => outcome === "applied" || outcome === "applied-late"

/**
 * What is wrong, in sentences (reliability-security.md, I1 I2 I4 I5). Every effect at the provider has exactly one applied intent and one row of the
 * log that says so; none came before its intent and its approval; no intent went out twice; none is unfinished.
 * @param clocksAgree the provider's and the database's: what came first is then told by them
 */
export function broken({ writes, intents, ends }: Traces, clocksAgree = true): string[] {
  const effects = writes.filter(executed)
  const applied = intents.filter((intent) => intent.outcome === "applied" || intent.corrected)
  const said = ends.filter((end) => succeeded(end.outcome))
  const count = (n: number, what: string) => `${n} ${what}`
  return [
    ...(effects.length > 1 ? [`I1: ${effects.length} effects of one yes`] : []),
    ...(applied.length !== effects.length
      ? [`I1: ${count(effects.length, "effects")}, ${count(applied.length, "applied intents")}`]
      : []),
    ...(said.length !== effects.length
      ? [`I1: ${count(effects.length, "effects")}, ${count(said.length, "rows of the log that say so")}`]
      : []),
    ...intents.flatMap((intent) => {
      const rows = ends.filter((end) => end.intentId === intent.id).length
      const wanted = intent.corrected ? 2 : 1
      return intent.state === "DONE" && rows !== wanted ? [`I1: an intent with ${rows} ends in the log`] : []
    }),
    ...effects.flatMap((effect) => {
      const intent = intents.find((each) => !carriesMarker(effect) || markerOf(effect).includes(each.id))
      if (!intent?.sentAt || !intent.approvalUsed) return ["I2: an effect without an intent and an approval"]
      const isEarly = clocksAgree && intent.sentAt.getTime() > Date.parse(effect.startedAt)
      return isEarly ? ["I2: an effect before its intent was SENT"] : []
    }),
    ...intents.flatMap((intent) => {
      const own = writes.filter((write) =>
        carriesMarker(write) ? markerOf(write).includes(intent.id) : intents.length === 1,
      )
      const requests = own.length
      return requests > 1 ? [`I4: ${requests} requests of one intent`] : []
    }),
    ...(intents.some((intent) => intent.state !== "DONE") ? ["I5: an intent is not finished"] : []),
  ]
}

/** A delete, an answer in Outlook and a move carry none (decision 002): whose they are follows from there being one intent. */
const carriesMarker = ({ method, path }: Exchange): boolean =>
  method !== "DELETE" && !/\/(accept|decline|tentativelyAccept|move)$/.test(path)

/** The marker is in the body, whatever the provider calls it. */
const markerOf = ({ requestBody }: Exchange): string => requestBody

/**
 * @param mark exchanges before it are not looked at
 * @param eventKey of a proposal about several events, what concerns this one
 */
export async function tracesOf(
  scene: Pick<Scene, "db" | "sandbox">,
  { proposalId, eventId, mark, eventKey }: { proposalId: string; eventId: string; mark: number; eventKey?: EventKey },
): Promise<Traces> {
  const [intents, log, journal] = await Promise.all([
    scene.db.intent.findMany({ where: { proposalId, ...(eventKey && { eventKey }) } }),
    scene.db.logRow.findMany({
      where: { proposalId, kind: { in: ["outcome", "correction"] }, ...(eventKey && { subjectId: eventKey }) },
    }),
    scene.sandbox.journal(mark),
  ])
  const used = await scene.db.head.findMany({
    where: { kind: "approval", id: { in: intents.map((intent) => intent.approvalId) }, version: "used" },
  })
  const isAbout = ({ path, requestBody }: Exchange) =>
    path.includes(encodeURIComponent(eventId)) ||
    intents.some(({ id }) => requestBody.includes(id.replaceAll("-", "")) || requestBody.includes(id))
  return {
    // a delayed request is written down twice: when it was answered, and when it was carried out
    writes: journal.filter((e) => isWrite(e) && isAbout(e)),
    ends: log,
    intents: intents.map(({ id, state, sentAt, outcome, correction, approvalId }) => ({
      id,
      state,
      sentAt,
      outcome: kindOf(outcome),
      corrected: correction !== null,
      approvalUsed: used.some((head) => head.id === approvalId),
    })),
  }
}

const kindOf = (outcome: unknown): string | null =>
  typeof outcome === "object" && outcome !== null && "kind" in outcome ? String(outcome.kind) : null
