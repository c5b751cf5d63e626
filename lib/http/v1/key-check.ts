import type { MiddlewareHandler } from "hono"
import { RATE, type Scope } from "../../domain/agent-key"
import type { AgentCaller } from "../../ports/agent-keys"
import { callerOf } from "../../server/agent-keys"
import { wired } from "../../server/wiring"
import { refuse, type V1 } from "./routing"

const WINDOW_SECONDS = Math.ceil(RATE.burst / RATE.perSecond)
const CHALLENGE = { "www-authenticate": 'Bearer realm="ifmatch"' }

/** draft-ietf-httpapi-ratelimit-headers. */
const rateHeaders = (tokens: number) => ({
  "ratelimit-policy": `"key";q=${RATE.burst};w=${WINDOW_SECONDS}`,
  ratelimit: `"key";r=${Math.max(0, Math.floor(tokens))};t=${Math.ceil((RATE.burst - tokens) / RATE.perSecond)}`,
})

export type LetIn =
  | { readonly kind: "in"; readonly caller: AgentCaller; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: "refused"; readonly response: Response }

/** The agent behind a request, with a token of its bucket taken. Its session, if a browser sent one, is not looked at. */
export async function letIn(request: Request): Promise<LetIn> {
  const use = await callerOf(wired, request.headers.get("authorization"))
  switch (use.kind) {
    case "open":
      return { kind: "in", caller: use.caller, headers: rateHeaders(use.tokens) }
    case "limited":
      return {
        kind: "refused",
        response: refuse("too-many", undefined, { ...rateHeaders(use.tokens), "retry-after": "1" }),
      }
    case "revoked":
    case "expired":
      return { kind: "refused", response: refuse(`key-${use.kind}`, undefined, CHALLENGE) }
    case "unknown":
      return { kind: "refused", response: refuse("no-key", undefined, CHALLENGE) }
  }
}

export const keyCheck: MiddlewareHandler<V1> = async (c, next) => {
  const entry = await letIn(c.req.raw)
  if (entry.kind === "refused") return entry.response
  c.set("caller", entry.caller)
  await next()
  for (const [name, value] of Object.entries(entry.headers)) c.res.headers.set(name, value)
}

/** D19. The caller was let in before. */
export const scopeCheck =
  (scope: Scope): MiddlewareHandler<V1> =>
  async (c, next) => {
    if (!c.get("caller").scopes.includes(scope)) return refuse("scope-missing", `The key lacks ${scope}`)
    await next()
  }
