import type { MiddlewareHandler } from "hono"
import { bodyLimit } from "hono/body-limit"
import { HTTPException } from "hono/http-exception"
import type { Scope } from "../../domain/agent-key"
import { problem } from "../problem"
import { isSafe } from "../same-origin"
import { bookingRoutes } from "./bookings"
import { keyCheck, scopeCheck } from "./key-check"
import { curated, DESCRIPTION } from "./openapi"
import { readingRoutes } from "./reading"
import { recordClaimRoutes } from "./record-claims"
import { recordRunRoutes } from "./record-runs"
import { recordError, recordRoutes } from "./records"
import { router, type V1 } from "./routing"
import { webhookRoutes } from "./webhooks"

const MAX_BODY_BYTES = 64 * 1024
/** Records may be long, and several at once. */
const MAX_RECORDS_BODY_BYTES = 2 * 1024 * 1024

/** What each path demands of a key; the documents say the same, which a test holds together. */
const SCOPES: Readonly<Record<string, Scope>> = {
  "/availability": "availability:read",
  "/holds": "holds:write",
  "/bookings": "bookings:write",
  "/audit": "audit:read",
  "/agents": "audit:read",
  "/webhooks": "webhooks:write",
}

const RECORDS = /^\/api\/v1\/record(s|-[a-z]+)(\/|$)/

/** Reading is another right than writing; a snapshot is a read that has a body. */
const recordScopes: MiddlewareHandler<V1> = (c, next) => {
  if (!RECORDS.test(c.req.path)) return next()
  const reads = isSafe(c.req.method) || c.req.path === "/api/v1/record-snapshots"
  return scopeCheck(reads ? "records:read" : "records:write")(c, next)
}

/** The public API (D17 to D25) below /api/v1. Everything but the two documents needs a key. What throws is a fault and goes on to whoever asked. */
function build() {
  const app = router().basePath("/api/v1")
  app.openAPIRegistry.registerComponent("securitySchemes", "agentKey", {
    type: "http",
    scheme: "bearer",
    description: "An agent key: `Authorization: Bearer ifm.<workspace>.<id>.<secret>`.",
  })
  app.get("/openapi.json", (c) => c.json(app.getOpenAPI31Document(DESCRIPTION)))
  app.get("/openapi-assistant.json", (c) => c.json(curated(app.getOpenAPI31Document(DESCRIPTION))))
  app.use(keyCheck)
  const small = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => problem("too-large", "at most 64 KiB") })
  const large = bodyLimit({ maxSize: MAX_RECORDS_BODY_BYTES, onError: () => problem("too-large", "at most 2 MiB") })
  app.use((c, next) => (RECORDS.test(c.req.path) ? large : small)(c, next))
  app.use(recordScopes)
  for (const [path, scope] of Object.entries(SCOPES)) {
    app.use(path, scopeCheck(scope))
    app.use(`${path}/*`, scopeCheck(scope))
  }
  app.route("/", readingRoutes)
  app.route("/", bookingRoutes)
  app.route("/", webhookRoutes)
  app.route("/", recordRoutes)
  app.route("/", recordClaimRoutes)
  app.route("/", recordRunRoutes)
  app.notFound(() => problem("not-found"))
  app.onError((error) => {
    if (!(error instanceof HTTPException)) return recordError(error)
    return error.status === 415 ? problem("not-json") : problem("bad-request", "the body is not JSON")
  })
  return app
}

const app = build()

export const answerV1 = (request: Request): Promise<Response> => Promise.resolve(app.fetch(request))

export const openApiDocument = () => app.getOpenAPI31Document(DESCRIPTION)
