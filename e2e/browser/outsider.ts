import pg from "pg"
import { CAST, type Who } from "./people"

/** Everybody in the sandbox is a member from the start; this one then never was. Past the app, as its database's owner: nobody can be put out yet. */
export async function outsider(who: Who): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.OWNER_DATABASE_URL })
  await client.connect()
  try {
    await client.query("delete from members where user_id in (select id from users where email = $1)", [
      CAST[who].email,
    ])
  } finally {
    await client.end()
  }
}
