import type { RecordKey } from "../../domain/record"

/** What a holder does, in order, whatever it is answered. */
export const STEPS = ["claim", "read", "heartbeat", "write", "hand off", "write again", "release"] as const
export type Step = (typeof STEPS)[number]

/** `during`: it was asked, and the answer is not there yet. */
export interface Point {
  readonly when: "before" | "during" | "after"
  readonly step: Step
}

export interface HolderOrder {
  readonly databaseUrl: string
  readonly workspaceId: string
  readonly key: RecordKey
  readonly ttlMs: number
  /** Where it says so and waits to be told to go on. */
  readonly at: Point
}

/** What a step was answered. `late`: it began after the point. */
export interface Told {
  readonly step: Step
  readonly kind: string
  readonly late: boolean
}

export const HOLDER = { kind: "agent", id: "night" } as const

/** Everywhere a holder can be lost: before its claim it holds nothing. */
export const POINTS: readonly Point[] = STEPS.flatMap((step) =>
  (["before", "during", "after"] as const).map((when) => ({ step, when })),
).slice(1)
