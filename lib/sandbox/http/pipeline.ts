import type { ServerResponse } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response"
import { editAsPerson } from "../calendar/as-person"
import type { Fault, Faults } from "../faults"
import { keptHeaders, writeJournal } from "../journal"
import { type Bearer, findBearer } from "../oauth/grants"
import type { SandboxProvider } from "../store/database"
import type { World } from "../world"
import type { Admission } from "./admission"
import { bearerToken } from "./bearer"

/** One provider's API behind the pipeline, and the words of its refusals. */
export interface Api {
  readonly provider: SandboxProvider
  /** Too many at once are answered 429; null: there is no such limit. */
  readonly admission: Admission | null
  readonly execute: (request: Request, bearer: Bearer | null) => Response | Promise<Response>
  readonly refuse: (how: "401" | "403" | "412" | "429" | "503", retryAfterSeconds: number) => Response
}

/** What became of a request. `told` is null when the connection is to break instead of an answer. */
interface Fate {
  readonly told: Response | null
  readonly executedStatus: number | null
  /** The answer's body goes out half, then the connection breaks. */
  readonly halved?: true
}

/**
 * Every API request goes through here: a fault may strike it, it is executed or not, it is written into the journal, and
 * only then the client hears of it.
 * @param outgoing null for a part of a batch, which has no connection of its own that could break: it is a 504 then
 */
export async function throughPipeline(
  world: World,
  faults: Faults,
  api: Api,
  request: Request,
  outgoing: ServerResponse | null,
): Promise<Response> {
  const startedAt = new Date().toISOString()
  const { pathname, search } = new URL(request.url)
  const requestBody = await request.text()
  const bearer = await findBearer(
    world.db.query,
    api.provider,
    "access",
    bearerToken(request.headers.get("authorization")),
  )
  const leave = api.admission && bearer ? api.admission.enter(bearer.email) : () => undefined
  const fault =
    leave && faults.strike({ provider: api.provider, method: request.method, path: pathname, body: requestBody })
  const carried = fault?.stripped ? withoutProperties(requestBody) : requestBody
  const execute = async (body = carried) => api.execute(copyOf(request, body), bearer)
  const record = (fate: Fate, responseBody: string, name: string | null) =>
    writeJournal(world.db.query, {
      startedAt,
      provider: api.provider,
      person: bearer?.email ?? null,
      method: request.method,
      path: pathname,
      query: search,
      headers: keptHeaders(request.headers),
      requestBody,
      status: fate.halved ? null : (fate.told?.status ?? null),
      executedStatus: fate.executedStatus,
      responseBody,
      fault: name,
    })
  const executeLater = async () => {
    const response = await execute()
    await record({ told: null, executedStatus: response.status }, await response.text(), "delayed-execution: executed")
  }

  const served = async (): Promise<Fate> => {
    if (faults.latencyMs[api.provider] > 0) await sleep(faults.latencyMs[api.provider])
    return fault
      ? struck(world, api, fault, { request, requestBody, pathname, bearer, execute, executeLater })
      : executed(execute())
  }
  const fate: Fate = leave ? await served().finally(leave) : { told: api.refuse("429", 1), executedStatus: null }
  const responseBody = (await fate.told?.clone().text()) ?? ""
  await record(fate, responseBody, fault?.kind ?? null)
  if (fate.halved) return breakHalfway(outgoing, responseBody)
  if (fate.told === null) return hangUp(outgoing)
  return fate.told
}

interface Struck {
  readonly request: Request
  readonly requestBody: string
  readonly pathname: string
  readonly bearer: Bearer | null
  readonly execute: (body?: string) => Promise<Response>
  readonly executeLater: () => Promise<void>
}

async function struck(world: World, api: Api, fault: Fault, it: Struck): Promise<Fate> {
  const refused = (how: "401" | "403" | "412" | "429" | "503"): Fate => ({
    told: api.refuse(how, fault.retryAfterSeconds),
    executedStatus: null,
  })
  switch (fault.kind) {
    case "latency":
      await sleep(fault.delayMs)
      return executed(it.execute())
    case "401":
      return refused("401")
    case "403":
      return refused("403")
    case "429":
      return refused("429")
    case "spurious-412":
      return refused("412")
    case "reset-before-execution":
      return { told: null, executedStatus: null }
    case "executed-but-503":
      return { told: api.refuse("503", fault.retryAfterSeconds), executedStatus: (await it.execute()).status }
    case "reset-after-execution":
      return { told: null, executedStatus: (await it.execute()).status }
    case "mid-body-reset":
      return { ...(await executed(it.execute())), halved: true }
    case "delayed-execution":
      world.later(fault.delayMs, it.executeLater)
      return fault.answer === "hang-up" ? { told: null, executedStatus: null } : refused("503")
    case "strip-unknown-properties":
      return executed(it.execute(withoutProperties(it.requestBody)))
    case "edit-before-write":
      await editFirst(world, api.provider, fault, it)
      return executed(it.execute())
    default:
      return fault.kind satisfies never
  }
}

async function executed(response: Promise<Response>): Promise<Fate> {
  const told = await response
  return { told, executedStatus: told.status }
}

async function editFirst(
  world: World,
  provider: SandboxProvider,
  { edit }: Fault,
  { pathname, bearer }: Struck,
): Promise<void> {
  const eventId = edit?.eventId ?? decodeURIComponent(/\/events\/([^/]+)/.exec(pathname)?.[1] ?? "")
  const person = edit?.person ?? bearer?.email
  if (!edit || !person || eventId === "") throw new Error("edit-before-write needs an edit, a person and an event")
  await editAsPerson(world, { provider, person, calendarId: edit.calendarId, eventId }, edit.change)
}

/** The properties that clients keep their own marks in. */
function withoutProperties(body: string): string {
  if (body === "") return body
  const known = Object.entries(JSON.parse(body) as object).filter(
    ([name]) => name !== "extendedProperties" && name !== "singleValueExtendedProperties",
  )
  return JSON.stringify(Object.fromEntries(known))
}

const copyOf = (request: Request, body: string): Request =>
  new Request(request.url, { method: request.method, headers: request.headers, ...(body === "" ? {} : { body }) })

function hangUp(outgoing: ServerResponse | null): Response {
  if (!outgoing) return new Response(null, { status: 504 })
  outgoing.socket?.destroy()
  return RESPONSE_ALREADY_SENT
}

function breakHalfway(outgoing: ServerResponse | null, body: string): Response {
  if (!outgoing) return hangUp(outgoing)
  const bytes = Buffer.from(body)
  // half of nothing would be a whole answer, and the connection would break under somebody's next request
  if (bytes.length === 0) return hangUp(outgoing)
  outgoing.writeHead(200, { "content-type": "application/json", "content-length": bytes.length })
  outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => outgoing.socket?.destroy())
  return RESPONSE_ALREADY_SENT
}
