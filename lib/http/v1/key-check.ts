import type { MiddlewareHandler } from "hono"
import { RATE, type Scope } from "../../domain/agent-key"
import type { AgentCaller } from "../../ports/agent-keys"
import { callerOf } from "../../server/agent-keys"
import { wired } from "../../server/wiring"
import { problem } from "../problem"
import { rateHeaders, secondsToToken } from "../rate-headers"
import type { V1 } from "./routing"

const CHALLENGE = { "www-authenticate": 'Bearer realm="ifmatch"' }

const bucket = (tokens: number) => rateHeaders("key", RATE, tokens)

export type LetIn =
  | { readonly kind: "in"; readonly caller: AgentCaller; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: "refused"; readonly response: Response }

/** The agent behind a request, with a token of its bucket taken. Its session, if a browser sent one, is not looked at. */
export async function letIn(request: Request): Promise<LetIn> {
  const use = await callerOf(wired, request.headers.get("authorization"))
  switch (use.kind) {
    case "open":
      return { kind: "in", caller: use.caller, headers: bucket(use.tokens) }
    case "limited":
      return {
        kind: "refused",
        response: problem("too-many", undefined, {
          ...bucket(use.tokens),
          "retry-after": String(secondsToToken(RATE, use.tokens)),
        }),
      }
    case "revoked":
    case "expired":
      return { kind: "refused", response: problem(`key-${use.kind}`, undefined, CHALLENGE) }
    case "unknown":
      return { kind: "refused", response: problem("no-key", undefined, CHALLENGE) }
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
    if (!c.get("caller").scopes.includes(scope)) return problem("scope-missing", `The key lacks ${scope}`)
    await next()
  }
