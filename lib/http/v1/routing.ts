import { OpenAPIHono, z } from "@hono/zod-openapi"
import type { Context } from "hono"
import type { Scope } from "../../domain/agent-key"
import { canonicalHash } from "../../domain/canonical"
import type { AgentCaller } from "../../ports/agent-keys"
import type { Answered, Idempotency } from "../../ports/booking-store"
import { problem } from "../problem"
import { Problem } from "./schemas"

export interface V1 {
  Variables: { caller: AgentCaller }
}

/** Refusals of a request's form, by the part that is wrong. What a path names that cannot be an id is not there. */
export const router = () =>
  new OpenAPIHono<V1>({
    defaultHook: (result, _) => {
      if (result.success) return undefined
      if (result.target === "param") return problem("not-found")
      if (result.target === "header") return problem("idempotency-key-required")
      return problem("bad-request", sentence(result.error))
    },
  })

const sentence = (error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string =>
  error.issues
    .slice(0, 5)
    .map(({ path, message }) => [path.map(String).join("."), message].filter(Boolean).join(": "))
    .join("; ")

const problemOf = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: Problem } },
})

/** What any operation may answer. */
export const ALWAYS = {
  400: problemOf("The request cannot be read."),
  401: problemOf("No key, or one that is revoked or expired."),
  403: problemOf("The key lacks the scope."),
  404: problemOf("There is no such thing, or it is not yours."),
  429: problemOf("Too many requests; `Retry-After` says when to come again."),
  500: problemOf("A fault on our side; nothing was written."),
} as const

/** And any that writes. */
const WRITES = {
  409: problemOf("Another request with this key is still running."),
  413: problemOf("More than 64 KiB."),
  415: problemOf("Not JSON."),
  422: problemOf("It can be read and cannot be done, or the key was used for another request."),
} as const

export const answers = <S extends z.ZodType>(status: 200, schema: S, description: string) =>
  ({ ...ALWAYS, [status]: { description, content: { "application/json": { schema } } } }) as const

/** @param conflict bodies of a 409 besides the problem */
export const writeAnswers = <S extends z.ZodType>(
  status: 200 | 201,
  schema: S,
  description: string,
  conflict?: z.ZodType,
) => ({
  ...ALWAYS,
  ...WRITES,
  ...(conflict && {
    409: {
      description: "Somebody else has it (D7), or another request with this key is still running.",
      content: { "application/json": { schema: conflict }, "application/problem+json": { schema: Problem } },
    },
    410: problemOf("The hold is over."),
  }),
  [status]: { description, content: { "application/json": { schema } } },
})

export const IdempotencyHeader = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/)
    .openapi({
      description: "Demanded on every write: the same key and request again get the same answer, for 24 hours.",
    }),
})

export const json = <S extends z.ZodType>(schema: S) => ({
  body: { required: true, content: { "application/json": { schema } } },
})

export const needs = (scope: Scope) => ({ security: [{ agentKey: [scope] }] })

/** D20: the key, and what makes the request what it is. */
export function idempotencyOf(c: Context<V1>, key: string, body: unknown): Idempotency {
  const { pathname } = new URL(c.req.url)
  return { key, digest: canonicalHash({ method: c.req.method, path: pathname, body: body ?? null }) }
}

/** The refusals that a key itself may lead to; null: it was answered. */
export function keyRefusal(answered: Answered<unknown>): Response | null {
  if (answered.kind === "keyReused") return problem("idempotency-key-reused")
  if (answered.kind === "stillRunning") return problem("idempotency-key-in-use")
  return null
}

/** As JSON; an answer that was given before says so. */
export const reply = (body: unknown, status: number, replayed = false): Response =>
  Response.json(body, { status, ...(replayed && { headers: { "idempotency-replayed": "true" } }) })
