import type { Query, SandboxProvider } from "./store/database"

/*
 * Sync tokens carry the epoch in which they were given out; those of an earlier one are no longer known. A number of its own, not a version: a token that is given out right
 * after the others were forgotten is good, although nothing has been written since.
 */

export async function syncEpoch(query: Query, provider: SandboxProvider): Promise<number> {
  const [fact] = await query<{ value: number }>("select value from facts where name = $1", [`${provider}-sync-epoch`])
  return fact?.value ?? 0
}

export const expireSyncTokens = (query: Query, provider: SandboxProvider): Promise<unknown> =>
  query(
    `insert into facts (name, value) values ($1, '1') on conflict (name) do update set value = to_jsonb(facts.value::int + 1)`,
    [`${provider}-sync-epoch`],
  )
