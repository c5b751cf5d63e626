import type { Problem } from "./schemas/workspace"

/** Every refusal that is no outcome, by its code. */
const PROBLEMS = {
  "bad-request": { status: 400, title: "That request cannot be understood" },
  "signed-out": { status: 401, title: "You are signed out" },
  "not-a-member": { status: 403, title: "You are not a member of this workspace" },
  "admins-only": { status: 403, title: "Only admins may do this" },
  "cross-site": { status: 403, title: "This request did not come from our own pages" },
  "not-found": { status: 404, title: "There is no such thing here" },
  "method-not-allowed": { status: 405, title: "Not with that method" },
  "too-large": { status: 413, title: "That is more than we read" },
  "not-json": { status: 415, title: "Send JSON" },
  "precondition-required": { status: 428, title: "Say which version you saw" },
  "too-many": { status: 429, title: "Too many requests" },
  fault: { status: 500, title: "Something went wrong on our side" },
  unavailable: { status: 503, title: "Not ready" },
  "caldav-password": { status: 422, title: "That user name or password was refused" },
  "caldav-none": { status: 422, title: "No calendars were found at that address" },
  "caldav-host": { status: 422, title: "Only https addresses on the public internet are taken" },
  "caldav-unreachable": { status: 422, title: "That server does not answer" },
  "no-key": { status: 401, title: "Show the key of an agent" },
  "key-revoked": { status: 401, title: "That key was revoked" },
  "key-expired": { status: 401, title: "That key has expired" },
  "scope-missing": { status: 403, title: "That key may not do this" },
  "idempotency-key-required": { status: 400, title: "Send an Idempotency-Key" },
  "idempotency-key-reused": { status: 422, title: "That Idempotency-Key was used for another request" },
  "idempotency-key-in-use": { status: 409, title: "A request with that Idempotency-Key is still running" },
  "hold-over": { status: 410, title: "That hold is over" },
  "too-many-holds": { status: 429, title: "You hold as much as you may" },
  "held-before": { status: 429, title: "You held some of that a moment ago" },
  "slot-unreadable": { status: 422, title: "That slot cannot be read" },
  "slot-unaligned": { status: 422, title: "A slot begins and ends on the five-minute grid" },
  "slot-empty": { status: 422, title: "A slot ends after it begins" },
  "slot-too-long": { status: 422, title: "A slot is at most 24 hours long" },
  "slot-past": { status: 422, title: "That slot is over" },
  "range-invalid": { status: 422, title: "A range ends after it begins and is at most 92 days long" },
  "webhook-address": { status: 422, title: "Webhooks go to public https addresses only" },
  "too-many-webhooks": { status: 422, title: "You have as many webhooks as you may" },
  "model-address": { status: 422, title: "A model's address is a public https address" },
  "model-key-again": { status: 422, title: "The address is another one: give the key again" },
  "model-key-needed": { status: 422, title: "That provider answers nobody without a key" },
  "model-none": { status: 422, title: "This installation has no model of its own" },
  "record-key": { status: 422, title: "That cannot be the key of a record" },
  "record-value": { status: 422, title: "That value cannot be kept" },
  "record-too-large": { status: 413, title: "A record is at most 1 MiB" },
  "record-twice": { status: 422, title: "A record is named twice" },
  "record-conflict": { status: 409, title: "Somebody was there first" },
  "record-claimed": { status: 409, title: "Somebody has claimed that record" },
  "claim-superseded": { status: 409, title: "That claim no longer counts" },
  "already-used": { status: 409, title: "This was used before" },
  "already-a-member": { status: 409, title: "You are a member already" },
  "last-admin": { status: 409, title: "A workspace needs an admin" },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof PROBLEMS

/** RFC 9457. `code` is stable and for programs, `title` and `detail` are for people. */
export function problem(code: ProblemCode, detail?: string, headers: Readonly<Record<string, string>> = {}): Response {
  const { status, title } = PROBLEMS[code]
  const body: Problem = { type: "about:blank", title, status, ...(detail === undefined ? {} : { detail }), code }
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": "application/problem+json" },
  })
}
