import { escapeIdentifier, escapeLiteral } from "pg"

const ROLES_LOCK = 72707370

/** @typedef {{ ifmatch_app: string, ifmatch_sandbox: string }} Passwords */

/**
 * Makes sure that the roles without rights of ownership exist and have these passwords. Roles belong to the whole server.
 * @param {import("pg").Client} client connected as the owner
 * @param {Passwords} passwords
 */
export async function ensureRoles(client, passwords) {
  await client.query("select pg_advisory_lock($1)", [ROLES_LOCK])
  try {
    for (const [role, password] of Object.entries(passwords)) {
      const { rowCount } = await client.query("select from pg_roles where rolname = $1", [role])
      const verb = rowCount ? "alter" : "create"
      await client.query(`${verb} role ${escapeIdentifier(role)} login password ${escapeLiteral(password)}`)
    }
    // Whoever is not a superuser must be a member of a role to give it a schema.
    await client.query("grant ifmatch_sandbox to current_user")
  } finally {
    await client.query("select pg_advisory_unlock($1)", [ROLES_LOCK])
  }
}

/**
 * What the roles may do beside the rights that migrations give: the app works the job queue, the sandbox owns its schema.
 * The queue's tables have row security without policies, which shuts everyone but their owner out.
 * @param {import("pg").Client} client connected as the owner
 */
export async function grantRights(client) {
  await client.query(`
    create schema if not exists sandbox authorization ifmatch_sandbox;
    grant usage on schema graphile_worker to ifmatch_app;
    grant select, insert, update, delete on all tables in schema graphile_worker to ifmatch_app;
    grant usage on all sequences in schema graphile_worker to ifmatch_app;
    grant execute on all functions in schema graphile_worker to ifmatch_app;
    do $$
    declare guarded name;
    begin
      for guarded in
        select t.tablename from pg_tables t
        where t.schemaname = 'graphile_worker' and t.rowsecurity
          and not exists (select from pg_policies p where p.schemaname = t.schemaname and p.tablename = t.tablename and p.policyname = 'ifmatch_app')
      loop
        execute format('create policy ifmatch_app on graphile_worker.%I to ifmatch_app using (true) with check (true)', guarded);
      end loop;
    end $$`)
}
