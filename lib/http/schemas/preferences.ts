import { z } from "zod"
import {
  LEAST_MINUTES,
  MAX_NAME_LENGTH,
  MAX_TITLE_LENGTH,
  MOST_MINUTES,
  MOST_PREFERENCES,
  type Preference,
  subjectOf,
} from "../../domain/preferences"
import { WallClock } from "./workspace"

const Weekday = z.number().int().min(1).max(7)
/** Written by hand: no line breaks, no signs that nobody sees. */
const Plain = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, "plain text on one line")

const PreferenceLine = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.enum(["not-before", "not-after"]),
    time: WallClock,
    days: z
      .array(Weekday)
      .max(7)
      .transform((days) => [...new Set(days)].sort()),
  }),
  z.strictObject({ kind: z.literal("day-free"), day: Weekday }),
  z.strictObject({
    kind: z.literal("default-length"),
    minutes: z.number().int().min(LEAST_MINUTES).max(MOST_MINUTES),
  }),
  z.strictObject({ kind: z.literal("name"), words: Plain(MAX_NAME_LENGTH), title: Plain(MAX_TITLE_LENGTH) }),
])

/** PUT /api/preferences, with If-Match, or with If-None-Match: * where nothing was kept before. All of it at once. */
export const PreferencesRequest = z.strictObject({
  preferences: z
    .array(PreferenceLine)
    .max(MOST_PREFERENCES)
    .refine((lines) => new Set(lines.map(subjectOf)).size === lines.length, "two lines about the same"),
})

/** GET /api/preferences. */
export interface PreferencesView {
  /** For If-Match. Null: nothing was ever kept. */
  readonly version: string | null
  readonly preferences: readonly Preference[]
}

/** What a PUT is answered: 200, or 412 with what stands instead. */
export type PreferencesAnswer = PreferencesView & { readonly kind: "applied" | "conflict" }
