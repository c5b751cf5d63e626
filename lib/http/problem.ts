import type { Problem } from "./schemas/workspace"

/** Every refusal that is no outcome, by its code. */
const PROBLEMS = {
  "bad-request": { status: 400, title: "That request cannot be understood" },
  "signed-out": { status: 401, title: "You are signed out" },
  "not-a-member": { status: 403, title: "You are not a member of this workspace" },
  "admins-only": { status: 403, title: "Only admins may do this" },
  "cross-site": { status: 403, title: "This request did not come from our own pages" },
  "not-found": { status: 404, title: "There is no such thing here" },
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
  "already-used": { status: 409, title: "This was used before" },
  "already-a-member": { status: 409, title: "You are a member already" },
  "last-admin": { status: 409, title: "A workspace needs an admin" },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof PROBLEMS

/** RFC 9457. `code` is stable and for programs, `title` and `detail` are for people. */
export function problem(code: ProblemCode, detail?: string): Response {
  const { status, title } = PROBLEMS[code]
  const body: Problem = { type: "about:blank", title, status, ...(detail === undefined ? {} : { detail }), code }
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/problem+json" } })
}
