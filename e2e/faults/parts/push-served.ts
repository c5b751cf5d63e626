import { randomBytes, randomUUID } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import type pg from "pg"
import type { Sandbox, SandboxProvider } from "../../../lib/testing/sandbox"
import { CAST } from "../../../lib/testing/scene"
import type { ServedApp } from "../../../lib/testing/served-app"
import { openRelay, type Relay } from "./relay"

/** The first one is moved by us, the others by people. */
const TITLES = ["Quince review", "Alder", "Birch", "Cedar", "Dogwood", "Elder", "Ficus", "Gorse", "Hazel"]

export interface Served {
  readonly app: ServedApp
  readonly owner: pg.Client
  readonly sandbox: Sandbox
}

export interface ServedStory {
  readonly heard: Relay["heard"]
  readonly wrong: readonly string[]
}

/** So long after the last call and the poll the cache has to be what the provider has. */
const PATIENCE_MS = 15_000

/**
 * F7 over HTTP: the served app with its own worker, the sandbox's real calls, and between them a relay that drops, doubles and reorders them. After one poll the cache is what
 * the provider has, and what the app did itself has made nothing stale.
 * @param poll false: the planted bug, nothing is read but when somebody calls
 */
export async function servedStory(
  { app, owner, sandbox }: Served,
  provider: SandboxProvider,
  edits: number,
  { poll, deaf }: { readonly poll: boolean; readonly deaf: boolean },
): Promise<ServedStory> {
  const email = CAST[provider].person
  const person = app.visitor()
  await person.signIn(provider, email)
  await person.connect(provider, email)
  await until("no channel was opened", async () => {
    const { rows } = await owner.query(
      `select count(*) filter (where h.expires_at is not null)::int as open, (select count(*)::int from synced_calendars s join connections c on c.workspace_id = s.workspace_id and c.id = s.connection_id
       where c.provider = $1) as known from sync_channels h join connections c on c.workspace_id = h.workspace_id and c.id = h.connection_id where c.provider = $1`,
      [provider],
    )
    return rows[0].known > 0 && rows[0].open === rows[0].known
  })
  const relay = await openRelay(app.url, Math.random)
  // from here on the provider's calls go another way
  await owner.query("update sandbox.channels set address = replace(address, $1, $2) where provider = $3", [
    app.url,
    deaf ? "http://127.0.0.1:9" : relay.url,
    provider,
  ])
  try {
    const day = Math.ceil(Date.now() / 86_400_000) * 86_400_000 + 2 * 86_400_000
    const at = (minute: number) => new Date(day + minute * 60_000).toISOString()
    const made: string[] = []
    for (const [n, title] of TITLES.entries()) {
      const wish = {
        provider,
        person: email,
        summary: title,
        start: at(420 + n * 40),
        end: at(450 + n * 40),
      }
      made.push((await sandbox.control<{ id: string }>("POST", "events", wish)).id)
    }
    const [ours = "", ...theirs] = made
    const said = await person.ask("POST", "/api/assistant", { body: { words: `move "${TITLES[0]}" to 21:00` } })
    const turn = (await said.json()) as { answer: { proposal?: { id: string; planHash: string } } }
    const proposal = turn.answer.proposal
    if (!proposal) throw new Error(`no proposal: ${JSON.stringify(turn).slice(0, 200)}`)
    for (let n = 0; n < edits; n++) {
      const id = theirs[Math.floor(Math.random() * theirs.length)] ?? ours
      await sandbox.edit(provider, email, id, { summary: `Edit ${n}` })
      if (n === Math.floor(edits / 2)) {
        await person.ask("POST", `/api/proposals/${proposal.id}/apply`, { body: { planHash: proposal.planHash } })
        // as a second window would have it: open, on the state before our own write
        await owner.query("update proposals set state = 'open' where id = $1", [proposal.id])
      }
      await sleep(Math.random() * 30)
    }
    await relay.quiet()
    if (poll) await owner.query("update synced_calendars set next_poll_at = clock_timestamp()")
    let wrong = await differences()
    for (const deadline = Date.now() + PATIENCE_MS; wrong.length > 0 && Date.now() < deadline; await sleep(200))
      wrong = await differences()
    const { rows } = await owner.query("select state from proposals where id = $1", [proposal.id])
    if (rows[0].state === "stale") wrong.push("our own write made a proposal stale")
    return { heard: relay.heard, wrong }

    async function differences(): Promise<string[]> {
      const wrong: string[] = []
      for (const id of made) {
        const path = `events/${[provider, email, id].map(encodeURIComponent).join("/")}`
        const there = await sandbox.control<{ etag: string; content: { summary: string } }>("GET", path)
        const { rows } = await owner.query("select version from cached_events where event_id = $1", [id])
        if (rows[0]?.version !== there.etag) wrong.push(`${there.content.summary} is not as the provider has it`)
      }
      return wrong
    }
  } finally {
    relay.close()
  }
}

/** Forged calls at the served app's doors. `tokenless`: the planted bug, as if nobody looked at the token: each is sent on with a true one. @returns what was wrong */
export async function forgeries(
  { app, owner }: Served,
  count: number,
  tokenless: boolean,
): Promise<{ readonly statuses: Record<string, number>; readonly wrong: readonly string[] }> {
  const { rows: channels } = await owner.query(
    "select c.id, c.secret from sandbox.channels c where c.provider = 'google' limit 1",
  )
  const [channel] = channels
  if (!channel) throw new Error("no channel to forge calls of")
  await sleep(1_000)
  // no poll meanwhile: what is read now was ordered by a call
  await owner.query("update synced_calendars set next_poll_at = clock_timestamp() + interval '1 hour'")
  const reads = async (): Promise<number> =>
    (await owner.query("select coalesce(sum(run), 0)::int as n from synced_calendars")).rows[0].n
  const before = await reads()
  const statuses: Record<string, number> = {}
  const forged = (n: number): Promise<Response> => {
    const random = `${String(channel.secret).split(".")[0]}.${randomBytes(32).toString("base64url")}`
    const token = tokenless
      ? String(channel.secret)
      : ([random, "", String(channel.secret).slice(1), randomUUID()][n % 4] ?? "")
    if (n % 2)
      return fetch(`${app.url}/api/webhooks/microsoft`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ value: [{ clientState: token, subscriptionId: channel.id }] }),
      })
    const headers = {
      "x-goog-channel-token": token,
      "x-goog-channel-id": channel.id,
      "x-goog-resource-state": "exists",
    }
    return fetch(`${app.url}/api/webhooks/google`, { method: "POST", headers })
  }
  for (let n = 0; n < count; n += 50) {
    const answers = await Promise.all(Array.from({ length: Math.min(50, count - n) }, (_, i) => forged(n + i)))
    for (const answer of answers) {
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      await answer.arrayBuffer()
    }
  }
  await sleep(1_000)
  const wrong: string[] = []
  const accepted = Object.entries(statuses).filter(([status]) => Number(status) < 300)
  if (accepted.length > 0) wrong.push(`forged calls were accepted: ${JSON.stringify(statuses)}`)
  const ordered = (await reads()) - before
  if (ordered > 0) wrong.push(`forged calls ordered ${ordered} re-reads`)
  return { statuses, wrong }
}

async function until(otherwise: string, done: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await done()); await sleep(100))
    if (Date.now() > deadline) throw new Error(otherwise)
}
