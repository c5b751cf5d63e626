import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import { DEFAULT_WORKING_HOURS, type Role } from "../../domain/person"
import type { WorkingHours } from "../../domain/plan"
import { type IdentityStore, SESSION_DAYS, type SignedIn, type User } from "../../ports/identity-store"
import { jsonRow } from "./json-row"

/** Two first sign-ins at once must not found two workspaces. */
const FOUNDING_LOCK = 72707371

interface SessionRow {
  readonly token_hash: string
  readonly user_id: string
  readonly name: string
  readonly email: string
  readonly renewal_due: boolean
  readonly workspace_id: string | null
  readonly role: Role
  readonly time_zone: string
  readonly working_hours: WorkingHours
  readonly share_titles: boolean
}

export function postgresIdentityStore(db: PrismaClient): IdentityStore {
  return {
    async findSession(tokenHash) {
      const [row] = await db.$queryRaw<SessionRow[]>`
        select s.token_hash, s.user_id, coalesce(u.name, u.email, '') as name, coalesce(u.email, '') as email,
          s.expires < clock_timestamp() + make_interval(days => ${SESSION_DAYS - 1}) as renewal_due,
          m.workspace_id, m.role, m.time_zone, m.working_hours, m.share_titles
        from sessions s join users u on u.id = s.user_id left join members m on m.user_id = u.id
        where s.token_hash = ${tokenHash} and s.expires > clock_timestamp()`
      return row ? signedIn(row) : null
    },

    async findPerson(userId) {
      const row = await db.member.findUnique({ where: { userId }, include: { user: true } })
      if (!row) return null
      const { id, name, email } = known(row.user)
      const { workspaceId, timeZone, shareTitles } = row
      const workingHours = row.workingHours as unknown as WorkingHours
      return { workspaceId, userId: id, role: row.role as Role, name, email, timeZone, workingHours, shareTitles }
    },

    async openSession(tokenHash, userId) {
      await db.$executeRaw`
        insert into sessions (id, token_hash, user_id, expires)
        values (gen_random_uuid()::text, ${tokenHash}, ${userId}, clock_timestamp() + make_interval(days => ${SESSION_DAYS}))`
    },

    async renewSession(tokenHash) {
      await db.$executeRaw`
        update sessions set expires = clock_timestamp() + make_interval(days => ${SESSION_DAYS})
        where token_hash = ${tokenHash} and expires > clock_timestamp()`
    },

    async closeSession(tokenHash) {
      await db.session.deleteMany({ where: { tokenHash } })
    },

    removeOverSessions: () => db.$executeRaw`delete from sessions where expires <= clock_timestamp()`,

    async findUser(id) {
      return user(await db.user.findUnique({ where: { id } }))
    },

    async findUserByEmail(email) {
      return user(await db.user.findUnique({ where: { email } }))
    },

    async findUserByAccount(account) {
      const row = await db.account.findUnique({
        where: { provider_providerAccountId: account },
        select: { user: true },
      })
      return user(row?.user ?? null)
    },

    async createUser({ name, email }) {
      return known(await db.user.create({ data: { name, email } }))
    },

    async linkAccount(userId, { provider, providerAccountId }) {
      await db.account.create({ data: { userId, type: "oauth", provider, providerAccountId } })
    },

    async adopt(email, { provider, providerAccountId }) {
      const [, made] = await db.$transaction([
        // the user's row is the lock: a second account waits here and then finds the first
        db.$executeRaw`select 1 from users where email = ${email} for update`,
        db.$executeRaw`
          insert into accounts (id, user_id, type, provider, provider_account_id)
          select gen_random_uuid()::text, u.id, 'oauth', ${provider}, ${providerAccountId} from users u
          where u.email = ${email} and not exists (select 1 from accounts a where a.user_id = u.id)`,
      ])
      return made === 1
    },

    async foundWorkspace({ id, name, timeZone }, userId, log) {
      const [, made] = await db.$transaction([
        db.$executeRaw`select pg_advisory_xact_lock(${FOUNDING_LOCK})`,
        db.$executeRaw`insert into workspaces (id, name) select ${id}, ${name} where not exists (select 1 from workspaces)`,
        db.$executeRaw`
          insert into members (workspace_id, user_id, role, time_zone, working_hours)
          select w.id, ${userId}, 'admin', ${timeZone}, ${jsonRow(DEFAULT_WORKING_HOURS)}::jsonb from workspaces w where w.id = ${id}`,
        db.$executeRaw`select log_append_all(w.id, ${jsonRow(log)}::jsonb) from workspaces w where w.id = ${id}`,
      ])
      return made === 1
    },
  }
}

function signedIn(row: SessionRow): SignedIn {
  const { user_id: userId, name, email } = row
  const person = row.workspace_id
    ? {
        workspaceId: row.workspace_id,
        userId,
        role: row.role,
        name,
        email,
        timeZone: row.time_zone,
        workingHours: row.working_hours,
        shareTitles: row.share_titles,
      }
    : null
  return { sessionHash: row.token_hash, userId, name, email, person, renewalDue: row.renewal_due }
}

type UserRow = { readonly id: string; readonly name: string | null; readonly email: string | null }

const known = ({ id, name, email }: UserRow): User => ({ id, name: name ?? email ?? "", email: email ?? "" })

const user = (row: UserRow | null): User | null => row && known(row)
