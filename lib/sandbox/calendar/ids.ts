import { randomBytes } from "node:crypto"
import type { SandboxProvider } from "../store/database"

/**
 * Google: `<master>_20261124T090000Z`. Graph's are opaque; here `<master without "=">OID20261124T090000Z=`, which reads
 * as opaque to a client and still says which instance is meant.
 */
export const instanceId = (provider: SandboxProvider, masterId: string, key: string): string =>
  provider === "google" ? `${masterId}_${key}` : `${masterId.replace(/=+$/, "")}OID${key}=`

export function parseInstanceId(provider: SandboxProvider, id: string): { masterId: string; key: string } | null {
  const form = provider === "google" ? /^(.+)_(\d{8}(?:T\d{6}Z)?)$/ : /^(.+)OID(\d{8}(?:T\d{6}Z)?)=$/
  const [, master, key] = form.exec(id) ?? []
  if (master === undefined || key === undefined) return null
  return { masterId: provider === "google" ? master : `${master}=`, key }
}

const BASE32HEX = "0123456789abcdefghijklmnopqrstuv"

/** Google: 26 characters of base32hex, as its own ids. Graph: base64 with `/`, `+` and `=`, which clients must escape. */
export function newEventId(provider: SandboxProvider): string {
  const bytes = randomBytes(provider === "google" ? 26 : 30)
  if (provider === "google") return [...bytes].map((byte) => BASE32HEX[byte % 32]).join("")
  return `${GRAPH_ITEM}${bytes.toString("base64").slice(0, 37)}/+A=`
}

/** How an item's lasting id begins (`Prefer: IdType="ImmutableId"`), and how the id that depends on its folder does. */
const GRAPH_ITEM = "AAkALg"
const GRAPH_ITEM_IN_FOLDER = "AAMkAD"

export const folderId = (immutableId: string): string => immutableId.replace(GRAPH_ITEM, GRAPH_ITEM_IN_FOLDER)
/** Both forms are understood in requests; rows hold the lasting one. */
export const immutableId = (id: string): string => id.replace(GRAPH_ITEM_IN_FOLDER, GRAPH_ITEM)
