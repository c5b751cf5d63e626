import type { ChainProblem } from "../../domain/log/verify"
import { PROBLEM_TEXT, VERIFICATION_LIMITS } from "../../domain/log/wording"
import type { LogReading, ReadableRow } from "../../server/read-log"
import type { LogVerdict } from "../../server/verify-log"
import type { LogPage, LogRowView, Verification } from "../schemas/log"

export const showLogPage = ({ rows, ...rest }: LogReading): LogPage => ({ ...rest, rows: rows.map(showLogRow) })

export const showLogRow = (row: ReadableRow): LogRowView => ({
  id: row.id,
  seq: row.seq,
  at: row.at,
  actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
  kind: row.kind,
  subject: { kind: row.subjectKind, id: row.subjectId },
  person: row.userId ? { id: row.userId, name: row.userName ?? row.userId } : null,
  proposalId: row.proposalId,
  intentId: row.intentId,
  outcome: row.outcome,
  body: row.body as Record<string, unknown>,
  title: row.title,
  titleHidden: row.titleHidden,
  leafHash: row.leafHash,
  text: rowText(row),
})

const KIND_TEXT: Record<string, string> = {
  read: "read the event",
  "model-asked": "asked a language model for a plan",
  "model-changed": "chose what reads people's words",
  proposal: "proposed a change",
  approval: "said yes to the proposal",
  attempt: "set out to write",
  outcome: "the write ended",
  conflict: "met a change by somebody else and asked",
  choice: "answered the question",
  correction: "a write given up for lost was seen after all",
  stale: "an outside change made the proposal stale",
  dropped: "dropped the proposal",
  "signed-in": "signed in",
  connected: "connected a calendar",
  disconnected: "disconnected a calendar",
  paused: "paused a calendar account: it has to be signed in to again",
  settings: "changed settings",
  invited: "made an invitation",
  joined: "joined the workspace",
  "role-changed": "changed a role",
  "log-viewed": "looked at the log",
  "log-verified": "verified the log",
  "calendar-opened": "let agents book on a calendar",
  "calendar-closed": "let agents book on a calendar no more",
  "agent-added": "added an agent",
  "agent-revoked": "revoked an agent",
  "agents-ranked": "ranked their agents",
  "agent-key-issued": "issued a key to an agent",
  "agent-key-revoked": "revoked a key of an agent",
  "availability-changed": "changed what agents may book",
  "webhook-added": "added a webhook",
  "webhook-changed": "changed a webhook",
  "webhook-removed": "removed a webhook",
  "webhook-rotated": "changed the secret of a webhook",
  "webhook-redelivered": "had a webhook sent again",
  "webhook-gone": "a webhook's address is gone",
  "booking.committed": "booked a slot",
  "booking.outranked": "was outranked",
  "booking.refused": "could not book a slot",
  "booking.cancelled": "cancelled a booking",
  "booking.evicted": "a booking was evicted",
  "hold.created": "held a slot",
  "hold.refused": "could not hold a slot",
  "hold.released": "released a hold",
  "hold.expired": "a hold ran out",
  "hold.invalidated": "a hold was displaced",
  "record.created": "made a record",
  "record.written": "changed a record",
  "record.deleted": "deleted a record",
  "record.refused": "could not change a record",
  "record.claimed": "claimed a record",
  "record.released": "gave a record back",
  "record.reclaimed": "a claim of a record ran out",
  "record.handed-off": "handed a record on",
  "record.effect": "asked whether what was read still stands",
  "calendar.blocked": "an outside event landed on bookings",
  "booking.moved": "a booking was moved",
  "booking.asked": "asked about a booking",
}

const PURPOSE_TEXT: Record<string, string> = {
  plan: "to plan",
  "before-write": "right before writing",
  "after-refusal": "after the calendar refused",
  "after-write": "after writing",
  "read-back": "to find out what became of the write",
}

function whatText(kind: string, facts: Record<string, unknown>): string {
  if (kind === "conflict" && facts.by === "you") return "met a change by the person and asked"
  if (kind === "choice" && "without" in facts) return "left steps out of the proposal"
  if (kind === "choice" && "tellsGuests" in facts) return `chose that guests are ${facts.tellsGuests ? "" : "not "}told`
  if (kind === "dropped" && facts.why === "rest-left") return "left the rest of the proposal"
  return KIND_TEXT[kind] ?? kind
}

function rowText({ kind, outcome, body }: ReadableRow): string {
  const facts = body as Record<string, unknown>
  const what = whatText(kind, facts)
  const purpose = kind === "read" ? PURPOSE_TEXT[String(facts.purpose)] : undefined
  const choice = kind === "choice" && "choice" in facts ? String(facts.choice) : undefined
  const detail = [purpose, choice, outcome && kind !== "read" ? outcome : undefined].filter(Boolean).join(", ")
  return detail ? `${what}: ${detail}` : what
}

export const showVerification = (verdict: LogVerdict, tookMs: number): Verification => ({
  ...verdict,
  tookMs,
  limits: VERIFICATION_LIMITS,
  problems: verdict.problems.map(({ kind, seq }: ChainProblem) => ({
    kind,
    seq: seq === null ? null : String(seq),
    text: PROBLEM_TEXT[kind],
  })),
})
