import { getRequestListener } from "@hono/node-server"
import { isSecure } from "../../server/session-cookie"
import { wired } from "../../server/wiring"
import { handle } from "../handle"
import { securityHeaders } from "../security-headers"
import { answerV1 } from "./app"

const answer = ({ request }: { request: Request }) => answerV1(request)

/** Every method of the public API. */
export const v1Handlers = {
  GET: handle("GET /api/v1/*", null, answer),
  POST: handle("POST /api/v1/*", null, answer),
  PUT: handle("PUT /api/v1/*", null, answer),
  PATCH: handle("PATCH /api/v1/*", null, answer),
  DELETE: handle("DELETE /api/v1/*", null, answer),
}

const isMethod = (method: string | undefined): method is keyof typeof v1Handlers =>
  method !== undefined && Object.hasOwn(v1Handlers, method)

/** The headers that `proxy.ts` gives to the answers that come through it. Nothing here is a page, so that one nonce, which nobody learns, does for all. */
const fixedHeaders = () =>
  Object.entries(
    securityHeaders({
      nonce: crypto.randomUUID(),
      secure: isSecure(wired.origin),
      providerOrigins: [],
      development: false,
    }),
  )

/**
 * The public API without the way through Next, for a server of Node's: the same handlers, and the same headers (decision 024).
 * @returns takes a request and answers it; false where it is none of the API's, and nothing was done
 */
export function v1Listener(): (
  request: Parameters<ReturnType<typeof getRequestListener>>[0],
  response: Parameters<ReturnType<typeof getRequestListener>>[1],
) => boolean {
  const headers = fixedHeaders()
  const listener = getRequestListener(
    (request) =>
      isMethod(request.method)
        ? v1Handlers[request.method](request, { params: Promise.resolve({}) })
        : new Response(null, { status: 405 }),
    { overrideGlobalObjects: false },
  )
  return (request, response) => {
    if (!request.url?.startsWith("/api/v1/") || !isMethod(request.method)) return false
    for (const [name, value] of headers) response.setHeader(name, value)
    void listener(request, response)
    return true
  }
}
