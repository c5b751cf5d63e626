/*
 * Keys of agents (D19): `ifm.<workspace>.<key id>.<secret>`. The readable part tells whose it is and where it is looked up; the secret is 32 random bytes. Only the hash
 * of the secret is kept.
 */

export const SCOPES = [
  "availability:read",
  "holds:write",
  "bookings:write",
  "audit:read",
  "webhooks:write",
  "records:read",
  "records:write",
  "calendar:read",
  "calendar:propose",
] as const

export type Scope = (typeof SCOPES)[number]

export interface ParsedKey {
  readonly workspaceId: string
  readonly id: string
  readonly secret: string
}

/** A dot would end the part. */
const escaped = (workspaceId: string): string => encodeURIComponent(workspaceId).replaceAll(".", "%2E")

export const keyText = ({ workspaceId, id, secret }: ParsedKey): string =>
  ["ifm", escaped(workspaceId), id, secret].join(".")

/** What can be shown of it ever after. */
export const keyPrefix = ({ workspaceId, id }: Omit<ParsedKey, "secret">): string =>
  `${["ifm", escaped(workspaceId), id].join(".")}.`

/** Null: not the text of a key. */
export function parseKey(text: string): ParsedKey | null {
  const [mark, workspace, id, secret, ...rest] = text.split(".")
  if (mark !== "ifm" || !workspace || workspace.length > 200 || rest.length > 0) return null
  if (!/^[a-z0-9]{1,40}$/.test(id ?? "") || !/^[A-Za-z0-9_-]{43}$/.test(secret ?? "")) return null
  try {
    return { workspaceId: decodeURIComponent(workspace), id: id ?? "", secret: secret ?? "" }
  } catch {
    return null
  }
}

/** Tokens a second, and how many may be saved up. */
export const RATE = { perSecond: 50, burst: 200 } as const
