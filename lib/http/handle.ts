import type { z } from "zod"
import type { Person } from "../domain/person"
import type { SignedIn } from "../ports/identity-store"
import { readCookie, SESSION_SECONDS, setCookie } from "../server/session-cookie"
import { wired } from "../server/wiring"
import { refusalOf, signedInBy } from "./guard"
import { problem } from "./problem"
import { type Read, readInput } from "./read-input"
import { type ParamNames, type ROUTES, type Route, type RouteName, routeOf } from "./routes"
import { isOurOwn, isSafe } from "./same-origin"

type WhoOf<Name extends RouteName> = (typeof ROUTES)[Name]["who"]

/** A request that was let in. */
export interface Asked<Name extends RouteName, Input> {
  readonly input: Input
  readonly params: Readonly<Record<ParamNames<Name>, string>>
  /** Null where the route lets in people who are no member. */
  readonly person: WhoOf<Name> extends "member" | "admin" ? Person : null
  /** Null where the route lets anyone in, or an agent; nobody's session is looked at then. */
  readonly user: WhoOf<Name> extends "anyone" | "agent" ? null : SignedIn
  readonly request: Request
}

interface Context {
  readonly params: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

/**
 * Makes a route: looks it up in the table, refuses other sites' mutations, authenticates, authorises, checks the input, and only then
 * asks `answer`. A returned value is sent as JSON, undefined as 204, a `Response` as it is. What is thrown is a fault: logged once, and answered 500
 * with nothing but the request's id.
 *
 * @param schema of the query (GET) or the JSON body; null when the route takes none
 * @throws {RangeError} at load when the table lacks the route
 */
export function handle<Name extends RouteName, Schema extends z.ZodType | null>(
  name: Name,
  schema: Schema,
  answer: (asked: Asked<Name, Schema extends z.ZodType ? z.output<Schema> : null>) => unknown,
): (request: Request, context: Context) => Promise<Response> {
  const route = routeOf(name)

  return async (request, context) => {
    const requestId = wired.ids.uuid()
    try {
      const caller = await letIn(route, request)
      if (caller instanceof Response) return finished(caller, requestId)
      const params = plainParams(await context.params)
      if (!params) return finished(problem("not-found"), requestId)
      const read: Read<unknown> = schema ? await readInput(request, schema) : { kind: "read", input: null }
      if (read.kind === "refused") return finished(read.response, requestId)
      const asked = { input: read.input, params, request, user: caller, person: caller?.person ?? null }
      // what the guard has just established is what the route's row in the table says
      const value = await answer(asked as unknown as Parameters<typeof answer>[0])
      return finished(asResponse(value), requestId, await renewal(caller, request))
    } catch (err) {
      wired.log.error({ err, requestId, route: name }, "a request failed")
      return finished(problem("fault", `Request ${requestId}`), requestId)
    }
  }
}

async function letIn(route: Route, request: Request): Promise<SignedIn | null | Response> {
  if (!isSafe(request.method) && !route.crossSite && !isOurOwn(request, wired.origin)) return problem("cross-site")
  if (route.who === "anyone" || route.who === "agent") return null
  const caller = await signedInBy(request)
  return refusalOf(route.who, caller) ?? caller
}

/** One value a name, of a length that an id of ours can have; null otherwise. */
function plainParams(given: Awaited<Context["params"]>): Record<string, string> | null {
  const params: Record<string, string> = {}
  for (const [name, value] of Object.entries(given ?? {})) {
    if (typeof value !== "string") continue
    if (value.length > 200) return null
    params[name] = value
  }
  return params
}

function asResponse(value: unknown): Response {
  if (value instanceof Response) return value
  return value === undefined ? new Response(null, { status: 204 }) : Response.json(value)
}

/** The session rolls on while it is used; the cookie with it. */
async function renewal(caller: SignedIn | null, request: Request): Promise<string | null> {
  const token = readCookie(wired.origin, "session", request.headers.get("cookie"))
  if (!caller?.renewalDue || !token) return null
  await wired.identities.renewSession(caller.sessionHash)
  return setCookie(wired.origin, "session", token, SESSION_SECONDS)
}

function finished(response: Response, requestId: string, cookie: string | null = null): Response {
  const headers = new Headers(response.headers)
  headers.set("x-request-id", requestId)
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store")
  if (cookie) headers.append("set-cookie", cookie)
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}
