import { bodyLimit } from "hono/body-limit"
import { HTTPException } from "hono/http-exception"
import type { Scope } from "../../domain/agent-key"
import { problem } from "../problem"
import { bookingRoutes } from "./bookings"
import { keyCheck, scopeCheck } from "./key-check"
import { curated, DESCRIPTION } from "./openapi"
import { readingRoutes } from "./reading"
import { router } from "./routing"
import { webhookRoutes } from "./webhooks"

const MAX_BODY_BYTES = 64 * 1024

/** What each path demands of a key; the documents say the same, which a test holds together. */
const SCOPES: Readonly<Record<string, Scope>> = {
  "/availability": "availability:read",
  "/holds": "holds:write",
  "/bookings": "bookings:write",
  "/audit": "audit:read",
  "/agents": "audit:read",
  "/webhooks": "webhooks:write",
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
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => problem("too-large", "at most 64 KiB") }))
  for (const [path, scope] of Object.entries(SCOPES)) {
    app.use(path, scopeCheck(scope))
    app.use(`${path}/*`, scopeCheck(scope))
  }
  app.route("/", readingRoutes)
  app.route("/", bookingRoutes)
  app.route("/", webhookRoutes)
  app.notFound(() => problem("not-found"))
  app.onError((error) => {
    if (!(error instanceof HTTPException)) throw error
    return error.status === 415 ? problem("not-json") : problem("bad-request", "the body is not JSON")
  })
  return app
}

const app = build()

export const answerV1 = (request: Request): Promise<Response> => Promise.resolve(app.fetch(request))

export const openApiDocument = () => app.getOpenAPI31Document(DESCRIPTION)
