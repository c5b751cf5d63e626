/** One event's approvals and what is written under them, as the guarded statements `intent_*` see it. Times are milliseconds under the lock. */
export interface IntentsState {
  readonly approvals: Readonly<Record<string, { readonly used: boolean; readonly expiresAt: number }>>
  readonly intents: Readonly<Record<string, IntentRow>>
}

export interface IntentRow {
  readonly approvalId: string
  readonly state: "PREPARED" | "SENT" | "DONE"
  /** Who may send and finish it; null once it is done. */
  readonly claimId: string | null
  readonly leaseUntil: number
  /** It was looked for once and showed no trace. */
  readonly lookedBefore: boolean
  /** The refused intent that this one follows. */
  readonly after: string | null
  /** How it ended; `conflict` alone may be followed. */
  readonly outcome: string | null
  readonly corrected: boolean
}

/** Each is a part of the rule that can be taken out, to see that its loss shows. */
export interface IntentGuards {
  /** An approval is used once. */
  readonly approvalOnce: boolean
  /** One unfinished intent at a time. */
  readonly oneInFlight: boolean
  /** A refused intent has one successor at most, and a successor none. */
  readonly oneSuccessor: boolean
  /** Who sends and finishes shows the claim that stands. */
  readonly onlyHolder: boolean
  /** Enough of the lease is left when it is sent. */
  readonly leaseLeft: boolean
}

export const INTENT_GUARDS: IntentGuards = {
  approvalOnce: true,
  oneInFlight: true,
  oneSuccessor: true,
  onlyHolder: true,
  leaseLeft: true,
}

export type IntentAction =
  | {
      readonly kind: "prepare"
      readonly at: number
      readonly id: string
      readonly claimId: string
      readonly approvalId: string
      readonly after: string | null
      readonly leaseMs: number
    }
  | {
      readonly kind: "sent"
      readonly at: number
      readonly id: string
      readonly claimId: string
      readonly needMs: number
    }
  | { readonly kind: "finish"; readonly id: string; readonly claimId: string; readonly outcome: string }
  | {
      readonly kind: "reclaim"
      readonly at: number
      readonly id: string
      readonly claimId: string
      readonly leaseMs: number
    }
  | {
      readonly kind: "defer"
      readonly at: number
      readonly id: string
      readonly claimId: string
      readonly waitMs: number
    }
  | { readonly kind: "correct"; readonly id: string }

type Action<K extends IntentAction["kind"]> = Extract<IntentAction, { kind: K }>

/** In the words of the statements. `notDue`: its lease runs, or it is done. */
export type IntentAnswer =
  | "prepared"
  /** There is no such approval. */
  | "forbidden"
  | "expired"
  | "superseded"
  | "busy"
  | "sent"
  | "finished"
  | "reclaimed"
  | "notDue"
  | "deferred"
  | "corrected"

export interface IntentStep {
  readonly state: IntentsState
  readonly answer: IntentAnswer
}

/** The guarded statements of one event's intents as one step. Total: every action has an answer in every state, and a refusal changes nothing. */
export function step(state: IntentsState, action: IntentAction, guards: IntentGuards = INTENT_GUARDS): IntentStep {
  switch (action.kind) {
    case "prepare":
      return prepare(state, action, guards)
    case "sent":
      return sent(state, action, guards)
    case "finish":
      return finish(state, action, guards)
    case "reclaim":
      return reclaim(state, action)
    case "defer":
      return defer(state, action)
    case "correct":
      return correct(state, action)
    default:
      return action satisfies never
  }
}

const put = (state: IntentsState, id: string, row: IntentRow): IntentsState => ({
  ...state,
  intents: { ...state.intents, [id]: row },
})

function prepare(state: IntentsState, action: Action<"prepare">, guards: IntentGuards): IntentStep {
  const { at, id, claimId, approvalId, after, leaseMs } = action
  const rows = Object.values(state.intents)
  const approval = state.approvals[approvalId]
  if (!approval) return { state, answer: "forbidden" }
  if (approval.expiresAt <= at) return { state, answer: "expired" }
  if (after === null && guards.approvalOnce && approval.used) return { state, answer: "superseded" }
  if (after !== null && !mayBeFollowed(state, after, approvalId, guards)) return { state, answer: "superseded" }
  if (guards.oneInFlight && rows.some((row) => row.state !== "DONE")) return { state, answer: "busy" }
  const open = { state: "PREPARED", lookedBefore: false, outcome: null, corrected: false } as const
  const row = { ...open, approvalId, claimId, after, leaseUntil: at + leaseMs }
  const approvals = { ...state.approvals, [approvalId]: { ...approval, used: true } }
  return { state: put({ ...state, approvals }, id, row), answer: "prepared" }
}

function mayBeFollowed(
  { intents }: IntentsState,
  id: string,
  approvalId: string,
  { oneSuccessor }: IntentGuards,
): boolean {
  const before = intents[id]
  if (before?.approvalId !== approvalId) return false
  if (before.state !== "DONE" || before.outcome !== "conflict") return false
  return !oneSuccessor || (before.after === null && Object.values(intents).every(({ after }) => after !== id))
}

function sent(state: IntentsState, { at, id, claimId, needMs }: Action<"sent">, guards: IntentGuards): IntentStep {
  const row = state.intents[id]
  if (row?.state !== "PREPARED" || (guards.onlyHolder && row.claimId !== claimId))
    return { state, answer: "superseded" }
  if (guards.leaseLeft && row.leaseUntil < at + needMs) return { state, answer: "expired" }
  return { state: put(state, id, { ...row, state: "SENT" }), answer: "sent" }
}

function finish(state: IntentsState, { id, claimId, outcome }: Action<"finish">, guards: IntentGuards): IntentStep {
  const row = state.intents[id]
  if (!row || (guards.onlyHolder && row.claimId !== claimId)) return { state, answer: "superseded" }
  return { state: put(state, id, { ...row, state: "DONE", claimId: null, outcome }), answer: "finished" }
}

/** Recovery takes over what its sender left. */
function reclaim(state: IntentsState, { at, id, claimId, leaseMs }: Action<"reclaim">): IntentStep {
  const row = state.intents[id]
  if (!row || row.state === "DONE" || row.leaseUntil >= at) return { state, answer: "notDue" }
  return { state: put(state, id, { ...row, claimId, leaseUntil: at + leaseMs }), answer: "reclaimed" }
}

function defer(state: IntentsState, { at, id, claimId, waitMs }: Action<"defer">): IntentStep {
  const row = state.intents[id]
  if (row?.state !== "SENT" || row.claimId !== claimId) return { state, answer: "superseded" }
  return { state: put(state, id, { ...row, lookedBefore: true, leaseUntil: at + waitMs }), answer: "deferred" }
}

function correct(state: IntentsState, { id }: Action<"correct">): IntentStep {
  const row = state.intents[id]
  if (row?.state !== "DONE" || row.corrected || row.outcome === "applied") return { state, answer: "superseded" }
  return { state: put(state, id, { ...row, corrected: true }), answer: "corrected" }
}
