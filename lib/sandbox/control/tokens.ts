import { z } from "zod"
import { ACCESS_SECONDS, issueToken, newGrant } from "../oauth/grants"
import { google, microsoft } from "../oauth/provider"
import { Refusal } from "../refusal"
import type { Query } from "../store/database"
import { findPerson } from "../store/people"

const Provider = z.enum(["google", "microsoft"])

const ALL_SCOPES = {
  google: Object.keys(google.scopes).filter((scope) => scope.startsWith("https://")),
  microsoft: Object.keys(microsoft.scopes),
}

export const GrantRequest = z.strictObject({ provider: Provider, person: z.email(), scope: z.string().optional() })

/** Tokens as after a consent, without the clicks: what a test of the calendar APIs starts with. */
export async function issueGrant(query: Query, { provider, person, scope }: z.infer<typeof GrantRequest>) {
  const found = await findPerson(query, provider, person)
  if (!found) throw new Refusal("not-found", "person")
  const granted = scope ?? ["openid", ...ALL_SCOPES[provider]].join(" ")
  const grantId = await newGrant(query, found, granted)
  return {
    access_token: await issueToken(query, grantId, "access"),
    refresh_token: await issueToken(query, grantId, "refresh"),
    expires_in: ACCESS_SECONDS,
    scope: granted,
    token_type: "Bearer",
  }
}

export const TokenOrder = z.strictObject({
  provider: Provider,
  person: z.email(),
  /** `expire`: access tokens end now, refreshing still works. `revoke`: the grant is dead, as when a person removes the app. */
  what: z.enum(["expire", "revoke"]),
})

export async function spoilTokens(query: Query, { provider, person, what }: z.infer<typeof TokenOrder>): Promise<void> {
  const ofPerson = "select id from grants where provider = $1 and email = lower($2)"
  await (what === "revoke"
    ? query(`update grants set revoked = true where id in (${ofPerson})`, [provider, person])
    : query(`update tokens set expires_at = clock_timestamp() where use = 'access' and grant_id in (${ofPerson})`, [
        provider,
        person,
      ]))
}
