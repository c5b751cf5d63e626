import pg from "pg"
import { CAST, type Who } from "./people"

/**
 * Everybody in the sandbox is a member from the start; for the length of a story this one never was. Past the app, as its database's owner: the
 * app cannot put anybody out.
 */
export async function asOutsider(who: Who, story: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.OWNER_DATABASE_URL })
  await client.connect()
  const putOut =
    "delete from members m using users u where u.id = m.user_id and u.email = $1 returning to_jsonb(m) as member"
  try {
    const { rows } = await client.query(putOut, [CAST[who].email])
    await story().finally(async () => {
      await client.query(putOut, [CAST[who].email])
      await client.query("insert into members select (jsonb_populate_record(null::members, $1)).*", [rows[0].member])
    })
  } finally {
    await client.end()
  }
}
