import { z } from "zod"
import { RACE_LIMITS, RACERS } from "../../domain/race"

export type { RaceEnd, RaceEvent } from "../../domain/race"

const ms = (max: number) => z.number().int().min(0).max(max)

/** POST /api/race. Answered by lines (application/x-ndjson), each a `RaceEvent`, the last a `RaceEnd`. */
export const RaceRequest = z.object({
  plan: z.object({
    entries: z
      .array(
        z.object({
          racer: z
            .number()
            .int()
            .min(0)
            .max(RACERS.length - 1),
          arrivesMs: ms(RACE_LIMITS.arrivesMs),
        }),
      )
      .min(2, "it takes two")
      .max(RACE_LIMITS.racers)
      .refine((entries) => new Set(entries.map(({ racer }) => racer)).size === entries.length, "nobody races twice"),
    holdsFirst: z.boolean(),
    pauseMs: ms(RACE_LIMITS.pauseMs),
    bumpMs: ms(RACE_LIMITS.bumpMs),
  }),
  jitterMs: ms(RACE_LIMITS.jitterMs),
})
