import { z } from "zod"
import { PersonsEdit } from "./calendar/as-person"
import type { SandboxProvider } from "./store/database"

const FAULT_KINDS = [
  /** It is done, and the client is told 503. */
  "executed-but-503",
  /** It is done, and the connection breaks before a byte of the answer. */
  "reset-after-execution",
  "reset-before-execution",
  /** It is done, and the connection breaks in the middle of the answer. */
  "mid-body-reset",
  /** Answered 503 (or hung up on) now, done `delayMs` later. */
  "delayed-execution",
  "latency",
  /** Refused with 412 although the version matches. */
  "spurious-412",
  "429",
  /** Refused as on a calendar that may only be read. */
  "403",
  "401",
  /** `edit` is made by the person after the client's last read and before this write. */
  "edit-before-write",
  /** The server drops custom properties from what is written, as if it did not know them. */
  "strip-unknown-properties",
] as const

export const Fault = z.strictObject({
  provider: z.enum(["google", "microsoft"]),
  kind: z.enum(FAULT_KINDS),
  method: z.string().toUpperCase().optional(),
  pathIncludes: z.string().optional(),
  /** Only a request whose body holds this. */
  bodyIncludes: z.string().optional(),
  /** What is carried out loses its custom properties, whatever else the fault does. */
  stripped: z.boolean().default(false),
  /** How often it strikes. Once, unless there is a rate; with a rate, without end. */
  times: z.number().int().min(1).optional(),
  /** How likely it strikes a request that fits, 0 to 1. */
  rate: z.number().min(0).max(1).default(1),
  /** For `latency` and `delayed-execution`. */
  delayMs: z.number().min(0).default(100),
  retryAfterSeconds: z.number().int().min(0).default(1),
  /** For `delayed-execution`: what the client sees meanwhile. */
  answer: z.enum(["503", "hang-up"]).default("503"),
  /** For `edit-before-write`. Without `eventId`, the event that the request names. */
  edit: z
    .strictObject({
      person: z.email().optional(),
      calendarId: z.string().default("primary"),
      eventId: z.string().optional(),
      change: PersonsEdit,
    })
    .optional(),
})
export type Fault = z.infer<typeof Fault>

interface Armed {
  readonly fault: Fault
  left: number
}

export interface StruckRequest {
  readonly provider: SandboxProvider
  readonly method: string
  readonly path: string
  readonly body: string
}

export interface Faults {
  readonly arm: (fault: Fault) => void
  readonly armed: () => { readonly fault: Fault; readonly left: number | null }[]
  readonly clear: () => void
  /** The fault that strikes this request, if any; its count goes down. */
  readonly strike: (request: StruckRequest) => Fault | null
  /** Added to every request of a provider. */
  readonly latencyMs: Record<SandboxProvider, number>
}

export function createFaults(): Faults {
  let armed: Armed[] = []
  return {
    latencyMs: { google: 0, microsoft: 0 },
    arm: (fault) => {
      armed.push({ fault, left: fault.times ?? (fault.rate < 1 ? Number.POSITIVE_INFINITY : 1) })
    },
    armed: () => armed.map(({ fault, left }) => ({ fault, left: Number.isFinite(left) ? left : null })),
    clear: () => {
      armed = []
    },
    strike: ({ provider, method, path, body }) => {
      const hit = armed.find(
        ({ fault, left }) =>
          left > 0 &&
          fault.provider === provider &&
          (fault.method === undefined || fault.method === method) &&
          (fault.pathIncludes === undefined || path.includes(fault.pathIncludes)) &&
          (fault.bodyIncludes === undefined || body.includes(fault.bodyIncludes)) &&
          Math.random() < fault.rate,
      )
      if (!hit) return null
      hit.left -= 1
      armed = armed.filter(({ left }) => left > 0)
      return hit.fault
    },
  }
}
