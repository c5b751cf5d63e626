import { useCallback, useState } from "react"
import type { z } from "zod"
import type { RaceEnd, RaceEvent, RaceRequest } from "../http/schemas/race"
import { fetchLines } from "./fetch-lines"

export type { RaceEnd, RaceEvent } from "../http/schemas/race"
export type RaceWish = z.input<typeof RaceRequest>

/** A race as far as it has come. `plan`: what it is run by; the form may say something else by now. */
export interface Race {
  readonly wish: RaceWish
  readonly state: "running" | "over" | "failed"
  readonly events: readonly RaceEvent[]
  readonly end: RaceEnd | null
  readonly error: unknown
}

/** Runs races one after the other; each event is there when the server has told it. */
export function useRace() {
  const [race, setRace] = useState<Race | null>(null)
  const start = useCallback(async (wish: RaceWish) => {
    setRace({ wish, state: "running", events: [], end: null, error: null })
    const change = (next: (race: Race) => Partial<Race>) => setRace((now) => now && { ...now, ...next(now) })
    try {
      await fetchLines<RaceEvent | RaceEnd>("/api/race", wish, (line) =>
        change(({ events }) => (line.kind === "end" ? { state: "over", end: line } : { events: [...events, line] })),
      )
      // the last line tells the end; without it the race broke off
      change(({ end }) => (end ? {} : { state: "failed" }))
    } catch (error) {
      change(() => ({ state: "failed", error }))
    }
  }, [])
  return { race, start }
}
