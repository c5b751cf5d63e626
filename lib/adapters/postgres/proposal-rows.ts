import "server-only"
import type { Prisma } from "../../../generated/prisma/client"
import type { Change } from "../../domain/change"
import type { CalendarEvent, EventKey } from "../../domain/event"
import { type KeptOutcome, parseOutcome } from "../../domain/outcome"
import type { Reading } from "../../domain/plan"
import type { SlotView } from "../../domain/slot"
import type { StaleReason } from "../../domain/staleness"
import { type Seen, version } from "../../domain/version"
import type { NewProposal, StoredOperation, StoredProposal, StoredTurn } from "../../ports/assistant-store"

/* Proposals and their operations, as rows and back. */

type ProposalRow = Prisma.ProposalGetPayload<{ include: { operations: true } }>
type OperationRow = ProposalRow["operations"][number]

export const WITH_OPERATIONS = { operations: { orderBy: { position: "asc" } } } as const

/** Prisma's Json input type refuses readonly and optional members; what goes in is JSON by construction. */
export const json = (value: unknown): Prisma.InputJsonValue => JSON.parse(JSON.stringify(value))

export const proposalRow = (p: NewProposal) => ({
  workspaceId: p.workspaceId,
  id: p.id,
  userId: p.userId,
  origin: p.origin,
  agentId: p.agent?.id ?? null,
  agentName: p.agent?.name ?? null,
  state: p.state,
  plan: planRow(p),
  planHash: p.planHash,
  undoOf: p.undoOf,
  continues: p.continues,
  expiresAt: new Date(0), // set by the database's clock as it is stored
  operations: { create: p.operations.map(operationRow) },
})

export const planRow = ({
  readings,
  leftOut,
}: Pick<StoredProposal, "readings" | "leftOut">): Prisma.InputJsonObject => ({
  readings: json(readings),
  ...(leftOut.length > 0 && { leftOut: json(leftOut) }),
})

const operationRow = (op: StoredOperation) => ({
  position: op.position,
  eventKey: op.key,
  base: json(op.base.value),
  baseVersion: op.base.version,
  careDigest: op.careDigest,
  change: json(op.change),
  notify: op.notify,
  slot: json(op.slot),
  state: op.state,
})

const storedOperation = (row: OperationRow): StoredOperation => ({
  position: row.position,
  key: row.eventKey as EventKey,
  base: seen(row.base, row.baseVersion),
  careDigest: row.careDigest,
  change: row.change as unknown as Change,
  notify: row.notify,
  slot: row.slot as unknown as SlotView,
  state: row.state as StoredOperation["state"],
  outcome: row.outcome === null ? null : parseOutcome(row.outcome as unknown as KeptOutcome),
  after: row.after && row.afterVersion ? seen(row.after, row.afterVersion) : null,
})

export const seen = (event: unknown, etag: string): Seen<CalendarEvent> => ({
  value: event as CalendarEvent,
  version: version(etag),
})

type StoredPlan = { readonly readings: readonly Reading[]; readonly leftOut?: readonly string[] }

export const storedProposal = (row: ProposalRow): StoredProposal => ({
  workspaceId: row.workspaceId,
  id: row.id,
  userId: row.userId,
  origin: row.origin as StoredProposal["origin"],
  agent: row.agentId === null ? null : { id: row.agentId, name: row.agentName ?? row.agentId },
  state: row.state as StoredProposal["state"],
  planHash: row.planHash,
  readings: (row.plan as unknown as StoredPlan).readings,
  leftOut: (row.plan as unknown as StoredPlan).leftOut ?? [],
  undoOf: row.undoOf,
  continues: row.continues,
  restLeft: row.restLeft,
  stale: row.stale as unknown as StaleReason | null,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  operations: row.operations.map(storedOperation),
})

export const turnRow = (workspaceId: string, userId: string, turn: Omit<StoredTurn, "createdAt">) => ({
  workspaceId,
  userId,
  id: turn.id,
  words: turn.words,
  answer: json(turn.answer),
})
