import type { RaceWish } from "@/lib/client/race"

/** What the form offers, in milliseconds. */
export const ARRIVALS = [0, 20, 50, 100, 200, 300, 600, 1_000, 1_500, 2_000, 3_000] as const
export const PAUSES = [0, 10, 50, 100, 500, 1_000] as const
export const BUMPS = [0, 200, 500, 1_000, 2_000, 30_000] as const
export const JITTERS = [0, 20, 100, 500] as const

/** Races that show one thing each. Racers are places in `RACERS`. */
export const RACE_PRESETS: readonly { readonly name: string; readonly wish: RaceWish }[] = [
  { name: "All at once", wish: wishOf([0, 1, 2], [0, 0, 0], { jitterMs: 20, pauseMs: 500 }) },
  { name: "The best comes later", wish: wishOf([0, 1, 2], [600, 300, 0], {}) },
  { name: "Too late: it is frozen", wish: wishOf([0, 1], [1_500, 0], { bumpMs: 1_000 }) },
  { name: "Hold first", wish: wishOf([0, 1, 2], [200, 0, 100], { holdsFirst: true, pauseMs: 500 }) },
]

interface Settings {
  readonly holdsFirst?: boolean
  readonly pauseMs?: (typeof PAUSES)[number]
  readonly bumpMs?: (typeof BUMPS)[number]
  readonly jitterMs?: (typeof JITTERS)[number]
}

/** What the form does not offer it could not show. */
function wishOf(
  racers: readonly number[],
  arrivals: readonly (typeof ARRIVALS)[number][],
  { holdsFirst = false, pauseMs = 100, bumpMs = 30_000, jitterMs = 0 }: Settings,
): RaceWish {
  const entries = racers.map((racer, n) => ({ racer, arrivesMs: arrivals[n] ?? 0 }))
  return { plan: { entries, holdsFirst, pauseMs, bumpMs }, jitterMs }
}
