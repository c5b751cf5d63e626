/*
 * THE list of every door of the app: API routes, health and pages. `handle` refuses to build a route that is not here, and
 * authorization.pg.test.ts walks both this list and the app folder, so that neither has what the other lacks.
 */

/**
 * Who is let in. `signed-in`: also those who are a member of no workspace yet. `member`: admins too. `agent`: whoever shows a key of one (lib/http/v1/key-check.ts);
 * nobody's session is looked at there. What belongs to somebody else is 404, never
 * 403: that it exists is nobody's business.
 */
export type Who = "anyone" | "signed-in" | "member" | "admin" | "agent"

export type Verb = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

/** What the authorization test sends. `id`: whose kind of thing `:id` names, so that the test can put in another person's. */
export interface Sample {
  readonly id?:
    | "proposal"
    | "applied"
    | "conflict"
    | "connection"
    | "member"
    | "provider"
    | "agent"
    | "own-agent"
    | "booking"
    | "webhook"
  readonly query?: string
  /** What stands for `*`. */
  readonly rest?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Route {
  readonly who: Who
  readonly sample?: Sample
  /** Takes requests that no page of ours sent. Only where nothing is done on anybody's behalf. */
  readonly crossSite?: true
}

const PLAN_HASH = "0".repeat(64)

export const ROUTES = {
  "GET /healthz": { who: "anyone" },
  "GET /readyz": { who: "anyone" },
  // browsers report without an Origin; the answer is empty and the effect a rate-limited log line
  "POST /api/csp": { who: "anyone", crossSite: true, sample: { body: { "csp-report": {} } } },
  "GET /api/auth/*": { who: "anyone" },
  "POST /api/auth/*": { who: "anyone" },

  // a provider calls: it is known by the token of its channel, and no more is done than ordering a re-read
  "POST /api/webhooks/google": { who: "anyone", crossSite: true },
  "POST /api/webhooks/microsoft": { who: "anyone", crossSite: true, sample: { body: { value: [] } } },

  // a key is in the Authorization header, which no page of another site can send
  "GET /api/v1/*": { who: "agent", crossSite: true, sample: { rest: "whoami" } },
  "POST /api/v1/*": { who: "agent", crossSite: true, sample: { rest: "bookings", body: {} } },
  "PATCH /api/v1/*": { who: "agent", crossSite: true, sample: { rest: "webhooks/none", body: {} } },
  "PUT /api/v1/*": { who: "agent", crossSite: true, sample: { rest: "records/none", body: {} } },
  "DELETE /api/v1/*": { who: "agent", crossSite: true, sample: { rest: "holds/none" } },

  "POST /api/mcp": { who: "agent", crossSite: true, sample: { body: {} } },
  "GET /api/mcp": { who: "agent", crossSite: true },
  "DELETE /api/mcp": { who: "agent", crossSite: true },

  "GET /api/settings": { who: "member" },
  "PATCH /api/settings": { who: "member", sample: { body: { shareTitles: true } } },
  "GET /api/preferences": { who: "member" },
  "PUT /api/preferences": {
    who: "member",
    sample: { body: { preferences: [] }, headers: { "if-none-match": "*" } },
  },
  "GET /api/settings/model": { who: "admin" },
  "PATCH /api/settings/model": {
    who: "admin",
    sample: { body: { choice: { kind: "grammar" } }, headers: { "if-match": "none" } },
  },
  "POST /api/settings/model/try": { who: "admin" },
  "GET /api/members": { who: "admin" },
  "PATCH /api/members/:id": { who: "admin", sample: { id: "member", body: { role: "member" } } },
  "POST /api/invitations": { who: "admin", sample: { body: { role: "member" } } },
  "POST /api/invitations/accept": { who: "signed-in", sample: { body: { token: "x".repeat(43) } } },

  "GET /api/connections/:id/start": { who: "member", sample: { id: "provider" } },
  "GET /api/connections/:id/callback": { who: "member", sample: { id: "provider" } },
  "POST /api/connections/caldav": {
    who: "member",
    sample: { body: { server: "https://127.0.0.1", username: "ada", password: "wrong" } },
  },
  "GET /api/connections": { who: "member" },
  "PATCH /api/connections/:id/calendars": {
    who: "member",
    sample: { id: "connection", body: { calendarId: "ada@google.sandbox", shown: true } },
  },
  "POST /api/connections/:id/disconnect": { who: "member", sample: { id: "connection" } },

  "GET /api/week": { who: "member" },
  "PATCH /api/events": { who: "member", sample: { body: {} } },
  "POST /api/events": { who: "member", sample: { body: {} } },
  "POST /api/events/act": { who: "member", sample: { body: {} } },
  "GET /api/stream": { who: "member" },
  "GET /api/assistant": { who: "member" },
  "POST /api/assistant": { who: "member", sample: { body: { words: "" } } },
  "POST /api/assistant/choose": { who: "member", sample: { body: { turnId: "none", choice: 0 } } },
  "GET /api/proposals/:id": { who: "member", sample: { id: "proposal" } },
  "POST /api/proposals/:id/apply": { who: "member", sample: { id: "proposal", body: { planHash: PLAN_HASH } } },
  "POST /api/proposals/:id/guests": { who: "member", sample: { id: "proposal", body: { tell: false } } },
  "POST /api/proposals/:id/operations": {
    who: "member",
    sample: { id: "proposal", body: { planHash: PLAN_HASH, keep: [0] } },
  },
  "POST /api/proposals/:id/rest": { who: "member", sample: { id: "proposal" } },
  "POST /api/proposals/:id/drop": { who: "member", sample: { id: "proposal" } },
  "POST /api/proposals/:id/undo": { who: "member", sample: { id: "applied" } },
  "POST /api/conflicts/:id": { who: "member", sample: { id: "conflict", body: { choice: "keep" } } },

  "GET /api/agents": { who: "member" },
  "POST /api/agents": { who: "member", sample: { body: { name: "Porter" } } },
  "POST /api/agents/rank": { who: "member", sample: { body: { seen: ["none"], agentIds: [] } } },
  "POST /api/agents/calendars": {
    who: "member",
    sample: {
      body: { connectionId: "none", calendarId: "none", times: { holdMs: 30_000, bumpMs: 30_000, maxHolds: 5 } },
    },
  },
  "POST /api/agents/calendars/close": {
    who: "member",
    sample: { body: { connectionId: "none", calendarId: "none" } },
  },
  "POST /api/agents/:id/revoke": { who: "member", sample: { id: "agent" } },
  "GET /api/agents/:id/keys": { who: "member", sample: { id: "own-agent" } },
  "POST /api/agents/:id/keys": {
    who: "member",
    sample: { id: "own-agent", body: { scopes: ["bookings:write"], days: 30 } },
  },
  "POST /api/agents/:id/keys/revoke": { who: "member", sample: { body: { keyId: "none" } } },
  "PATCH /api/agents/rules": { who: "member", sample: { body: { bufferMinutes: 0, focusBlocks: [] } } },
  "GET /api/agents/webhooks": { who: "member" },
  "POST /api/agents/webhooks": {
    who: "member",
    sample: { body: { url: "https://127.0.0.1/hook", events: ["booking.committed"] } },
  },
  "PATCH /api/agents/webhooks/:id": { who: "member", sample: { id: "webhook", body: { state: "off" } } },
  "DELETE /api/agents/webhooks/:id": { who: "member", sample: { id: "webhook" } },
  "POST /api/agents/webhooks/:id/secret": { who: "member", sample: { id: "webhook" } },
  "GET /api/agents/webhooks/:id/deliveries": { who: "member", sample: { id: "webhook" } },
  "POST /api/agents/webhooks/:id/deliveries": { who: "member", sample: { id: "webhook", body: { seq: "1" } } },
  "POST /api/bookings/:id/cancel": { who: "member", sample: { id: "booking" } },
  "POST /api/booking-questions/:id": { who: "member", sample: { body: { choice: "keep" } } },
  "POST /api/race": { who: "member", sample: { body: {} } },

  "GET /api/log": { who: "admin" },
  "GET /api/log/story": { who: "admin", sample: { query: "proposal=none" } },
  "POST /api/log/verify": { who: "admin" },
} as const satisfies Record<`${Verb} /${string}`, Route>

/** Pages guard themselves with `requirePerson` (lib/server/require-person.ts). */
export const PAGES = {
  "/": { who: "member" },
  "/calendar": { who: "member" },
  "/connections": { who: "member" },
  "/agents": { who: "member" },
  "/race": { who: "member" },
  "/settings": { who: "member" },
  "/log": { who: "admin" },
  "/docs": { who: "anyone" },
  "/docs/api": { who: "anyone" },
  "/sign-in": { who: "anyone" },
  // where somebody who is signed in but no member is sent: "Ask an admin for a link"
  "/invitation": { who: "anyone" },
  "/invitation/:token": { who: "anyone" },
} as const satisfies Record<`/${string}`, Pick<Route, "who">>

export type RouteName = keyof typeof ROUTES

/** @throws {RangeError} when the route is not in the table; route modules call this as they load, so the build fails. */
export function routeOf(name: RouteName): Route {
  const route: Route | undefined = ROUTES[name]
  if (!route) throw new RangeError(`${name} is not in the table of routes (lib/http/routes.ts)`)
  return route
}

/** The names of a path's parts that begin with a colon. */
export type ParamNames<Name extends string> = Name extends `${string}/:${infer Param}/${infer Rest}`
  ? Param | ParamNames<`/${Rest}`>
  : Name extends `${string}/:${infer Param}`
    ? Param
    : never
