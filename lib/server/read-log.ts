import "server-only"
import { sharesTitles } from "../domain/calendar-choice"
import { parseEventKey } from "../domain/event"
import type { Person } from "../domain/person"
import type { AgentList } from "../ports/agent-list"
import type { AuditLog } from "../ports/audit-log"
import type { CalendarChoices } from "../ports/calendar-choices"
import type { LogQuery, LogStore, StoredLogRow } from "../ports/log-store"
import type { MemberRow, MemberStore } from "../ports/member-store"

export interface ReadLogDeps {
  readonly logStore: LogStore
  readonly members: MemberStore
  readonly audit: AuditLog
  readonly choices: Pick<CalendarChoices, "titleChoices">
  readonly agentList: Pick<AgentList, "names">
}

/** A row as this reader may see it: the title only of their own events, or where its owner shares titles. */
export interface ReadableRow extends StoredLogRow {
  readonly title: string | null
  readonly titleHidden: boolean
  readonly actorName: string
  readonly userName: string | null
}

export interface LogReading {
  readonly rows: readonly ReadableRow[]
  readonly nextBefore: string | null
  readonly unsealed: number
  readonly people: readonly { readonly id: string; readonly name: string }[]
}

/** One page of the workspace's log, newest first. Looking is itself logged, the first page once, not every scroll. */
export async function readLog(deps: ReadLogDeps, admin: Person, query: LogQuery): Promise<LogReading> {
  const [rows, members, shared, unsealed] = await Promise.all([
    deps.logStore.page(admin.workspaceId, { ...query, limit: query.limit + 1 }),
    deps.members.members(admin.workspaceId),
    deps.choices.titleChoices(admin.workspaceId),
    deps.logStore.unsealedCount(admin.workspaceId),
  ])
  if (!query.before) await deps.audit.append(admin.workspaceId, [lookedAt(admin, filterNames(query))])
  const page = rows.slice(0, query.limit)
  const known = { members, shared, agents: await agentNames(deps, admin, page) }
  return {
    rows: await Promise.all(page.map((row) => readable(deps, admin, known, row))),
    nextBefore: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
    unsealed,
    people: members.map(({ id, name }) => ({ id, name })),
  }
}

/** Everything that belongs to one proposal, oldest first. */
export async function readStory(deps: ReadLogDeps, admin: Person, proposalId: string): Promise<readonly ReadableRow[]> {
  const [rows, members, shared] = await Promise.all([
    deps.logStore.story(admin.workspaceId, proposalId),
    deps.members.members(admin.workspaceId),
    deps.choices.titleChoices(admin.workspaceId),
  ])
  await deps.audit.append(admin.workspaceId, [lookedAt(admin, { story: proposalId })])
  const known = { members, shared, agents: await agentNames(deps, admin, rows) }
  return Promise.all(rows.map((row) => readable(deps, admin, known, row)))
}

/** Of those that acted in these rows, by id. */
async function agentNames(
  { agentList }: ReadLogDeps,
  { workspaceId }: Person,
  rows: readonly StoredLogRow[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.flatMap(({ actorKind, actorId }) => (actorKind === "agent" ? [actorId] : [])))]
  return ids.length > 0 ? agentList.names(workspaceId, ids) : new Map()
}

interface Known {
  readonly agents: ReadonlyMap<string, string>
  readonly members: readonly MemberRow[]
  readonly shared: Awaited<ReturnType<CalendarChoices["titleChoices"]>>
}

async function readable(
  { logStore }: ReadLogDeps,
  reader: Person,
  { members, shared, agents }: Known,
  row: StoredLogRow,
): Promise<ReadableRow> {
  const owner = members.find((member) => member.id === row.userId)
  const mayRead =
    row.userId === reader.userId || (owner !== undefined && sharesTitles(wordOf(row, shared), owner.shareTitles))
  const title =
    row.sealedText && row.userId && mayRead
      ? await logStore.openText(row.workspaceId, row.userId, row.sealedText)
      : null
  return {
    ...row,
    title,
    titleHidden: row.sealedText !== null && !mayRead,
    actorName: (row.actorKind === "agent" && agents.get(row.actorId)) || actorName(row, owner, members),
    userName: owner?.name ?? null,
  }
}

/** What the owner said of the one calendar that a row's event lies on. */
function wordOf({ subjectKind, subjectId }: StoredLogRow, shared: Known["shared"]): boolean | null {
  if (subjectKind !== "event" || shared.length === 0) return null
  const { connectionId, calendarId } = parseEventKey(subjectId)
  return (
    shared.find((word) => word.connectionId === connectionId && word.calendarId === calendarId)?.shareTitles ?? null
  )
}

/** An assistant acts for somebody: whose it was is half of who it was. */
function actorName(
  { actorKind, actorId }: StoredLogRow,
  owner: MemberRow | undefined,
  members: readonly MemberRow[],
): string {
  if (actorKind === "assistant" && owner) return `assistant for ${owner.name}`
  return members.find((member) => member.id === actorId)?.name ?? actorId
}

const filterNames = ({ limit, before, ...filters }: LogQuery): Record<string, unknown> =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined))

const lookedAt = (admin: Person, body: Record<string, unknown>) => ({
  actor: { kind: "person" as const, id: admin.userId },
  kind: "log-viewed" as const,
  subject: { kind: "log" as const, id: admin.workspaceId },
  userId: admin.userId,
  body,
})
