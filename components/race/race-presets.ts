import type { RaceWish } from "@/lib/client/race"

/** Races that show one thing each. Racers are places in `RACERS`. */
export const RACE_PRESETS: readonly { readonly name: string; readonly wish: RaceWish }[] = [
  { name: "All at once", wish: wishOf([0, 1, 2], [0, 0, 0], { jitterMs: 20 }) },
  { name: "The best comes later", wish: wishOf([0, 1, 2], [600, 300, 0], {}) },
  { name: "Too late: it is frozen", wish: wishOf([0, 1], [1_500, 0], { bumpMs: 1_000 }) },
  { name: "Hold first", wish: wishOf([0, 1, 2], [200, 0, 100], { holdsFirst: true, pauseMs: 500 }) },
]

function wishOf(
  racers: readonly number[],
  arrivals: readonly number[],
  { jitterMs = 0, ...rest }: Partial<Omit<RaceWish["plan"], "entries">> & { readonly jitterMs?: number },
): RaceWish {
  const entries = racers.map((racer, n) => ({ racer, arrivesMs: arrivals[n] ?? 0 }))
  return { plan: { entries, holdsFirst: false, pauseMs: 100, bumpMs: 30_000, ...rest }, jitterMs }
}
