import { createRoute } from "@hono/zod-openapi"
import { recoveryOf } from "../../domain/record"
import { wired } from "../../server/wiring"
import { actorOf, keyOf, refusedBy, runOf, viewsOf } from "./record-input"
import {
  Claim,
  ClaimRequest,
  Effect,
  EffectRequest,
  Heartbeat,
  HeldRequest,
  HeldTtlRequest,
  Released,
  RunHeader,
} from "./record-schemas"
import { REFUSALS } from "./records"
import { json, needs, reply, router, writeAnswers } from "./routing"

/* Claims on records, and the gate for what is done outside on the strength of what was read. */

const shared = { method: "post" as const, tags: ["Record claims"], ...needs("records:write") }

export const recordClaimRoutes = router()
  .openapi(
    createRoute({
      ...shared,
      path: "/record-claims",
      operationId: "claimRecord",
      summary: "Claim a record for a while",
      description: "Until it ends, only who shows its id writes that record. It need not be there yet.",
      request: json(ClaimRequest),
      responses: { ...writeAnswers(201, Claim, "Yours."), ...REFUSALS },
    }),
    async (c) => {
      const { key: text, ttl_seconds } = c.req.valid("json")
      const key = keyOf(text)
      const answer = await wired.recordClaims.claim({ ...actorOf(c), key, ttlMs: ttl_seconds * 1_000 })
      if (answer.kind !== "claimed") return (await refusedBy(answer, false)) as never
      return reply({ key, claim_id: answer.claimId, until: answer.until, version: answer.version }, 201) as never
    },
  )
  .openapi(
    createRoute({
      ...shared,
      path: "/record-claims/heartbeat",
      operationId: "heartbeatClaim",
      summary: "Keep a claim for longer",
      request: json(HeldTtlRequest),
      responses: { ...writeAnswers(200, Heartbeat, "Still yours."), ...REFUSALS },
    }),
    async (c) => {
      const { key: text, claim_id, ttl_seconds } = c.req.valid("json")
      const held = { ...actorOf(c), key: keyOf(text), claimId: claim_id, ttlMs: ttl_seconds * 1_000 }
      const answer = await wired.recordClaims.heartbeat(held)
      if (answer.kind !== "held") return (await refusedBy(answer, false)) as never
      return reply({ key: held.key, until: answer.until }, 200) as never
    },
  )
  .openapi(
    createRoute({
      ...shared,
      path: "/record-claims/release",
      operationId: "releaseClaim",
      summary: "Give a claim back",
      request: json(HeldRequest),
      responses: { ...writeAnswers(200, Released, "No longer yours."), ...REFUSALS },
    }),
    async (c) => {
      const { key: text, claim_id } = c.req.valid("json")
      const held = { ...actorOf(c), key: keyOf(text), claimId: claim_id }
      const answer = await wired.recordClaims.release(held)
      if (answer.kind !== "released") return (await refusedBy(answer, false)) as never
      return reply({ key: held.key, state: "released" }, 200) as never
    },
  )
  .openapi(
    createRoute({
      ...shared,
      path: "/record-claims/hand-off",
      operationId: "handOffClaim",
      summary: "Give a claimed record to somebody else",
      description:
        "Your claim ends; the id in the answer is for whoever goes on. The record gets a new version of the same value, so that everything read before is dead.",
      request: json(HeldTtlRequest),
      responses: { ...writeAnswers(200, Claim, "Theirs."), ...REFUSALS },
    }),
    async (c) => {
      const { key: text, claim_id, ttl_seconds } = c.req.valid("json")
      const key = keyOf(text)
      const held = { ...actorOf(c), key, claimId: claim_id, ttlMs: ttl_seconds * 1_000 }
      const answer = await wired.recordClaims.handOff(held)
      if (answer.kind !== "claimed") return (await refusedBy(answer, false)) as never
      return reply({ key, claim_id: answer.claimId, until: answer.until, version: answer.version }, 200) as never
    },
  )
  .openapi(
    createRoute({
      ...shared,
      path: "/record-effects",
      operationId: "admitEffect",
      summary: "May something be done outside, on the strength of what was read?",
      description:
        "Admitted only while every view named, and every view of the run, is live. That is true of the moment of asking: what changes between this answer and your effect is not guarded.",
      request: { headers: RunHeader, ...json(EffectRequest) },
      responses: { ...writeAnswers(200, Effect, "Admitted, or refused with what is dead."), ...REFUSALS },
    }),
    async (c) => {
      const views = viewsOf(c.req.valid("json").views)
      const answer = await wired.recordClaims.admitEffect({ ...actorOf(c), ...runOf(c), views })
      const dead = answer.kind === "refused" ? answer.dead : []
      const recovery = answer.kind === "refused" ? { recovery: recoveryOf({ kind: "conflict" }) } : {}
      return reply({ kind: answer.kind, dead, audit_event_id: answer.auditEventId, ...recovery }, 200) as never
    },
  )
