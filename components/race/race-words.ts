import type { RaceEnd, RaceEvent } from "@/lib/client/race"
import { RACERS } from "@/lib/domain/race"

const name = (racer: number | null): string => (racer === null ? "somebody" : (RACERS[racer] ?? "somebody"))

/** What happened, as half a sentence behind the racer's name. */
export function stepText({ step, by }: Pick<RaceEvent, "step" | "by">): string {
  switch (step) {
    case "held":
      return "holds the slot"
    case "committed":
      return "has booked the slot"
    case "outranked":
      return `was outranked by ${name(by)} and stops`
    case "evicted":
      return `was evicted by ${name(by)}`
    case "displaced":
      return `lost the hold to ${name(by)}`
    case "expired":
      return "came too late: the hold had run out"
    case "saw-free":
      return "looked: it is free"
    case "saw-taken":
      return "looked: it is taken, and stops"
    case "wrote":
      return "wrote the booking"
  }
}

/** Good for whoever it befell, bad, or neither. */
export const STEP_TONES: Readonly<Record<RaceEvent["step"], "good" | "bad" | "neutral">> = {
  held: "neutral",
  committed: "good",
  outranked: "bad",
  evicted: "bad",
  displaced: "bad",
  expired: "bad",
  "saw-free": "neutral",
  "saw-taken": "bad",
  wrote: "good",
}

/** What stands in the database at the end, as a sentence. */
export function verdict(
  side: RaceEvent["side"],
  { booked }: RaceEnd,
): { readonly tone: "good" | "danger"; readonly text: string } {
  const racers = booked[side]
  const names = racers.map(name)
  if (racers.length === 1) return { tone: "good", text: `One booking: ${names[0]} has the slot.` }
  if (racers.length === 0) return { tone: "danger", text: "Nobody has the slot." }
  return { tone: "danger", text: `Booked ${racers.length} times: ${listed(names)} all think that they have it.` }
}

const listed = (names: readonly string[]): string => `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`
