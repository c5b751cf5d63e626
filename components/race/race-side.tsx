import { cn } from "@/components/ui/cn"
import { Notice } from "@/components/ui/notice"
import { ProblemNotice } from "@/components/ui/problem-notice"
import type { Race, RaceEvent } from "@/lib/client/race"
import { RACERS } from "@/lib/domain/race"
import { RaceLanes } from "./race-lanes"
import { STEP_TONES, stepText, verdict } from "./race-words"

interface RaceSideProps {
  readonly side: RaceEvent["side"]
  readonly race: Race | null
}

const MARKS = { good: "bg-good", bad: "bg-danger", neutral: "bg-line-strong" } as const

/** One side of a race: who got which answer when, and what stands in the end. */
export function RaceSide({ side, race }: RaceSideProps) {
  if (!race) return <p className="text-ink-soft">Press Race to see who gets the slot, and when they were told.</p>
  const events = race.events.filter((event) => event.side === side)
  const said = race.end && verdict(side, race.end)
  return (
    <div className="grid gap-4">
      <div role="status" className="grid min-h-11">
        {said ? (
          <Notice tone={said.tone}>{said.text}</Notice>
        ) : (
          race.state === "running" && <p className="text-ink-soft">They are off...</p>
        )}
      </div>
      {race.state === "failed" &&
        (race.error ? <ProblemNotice error={race.error} /> : <Notice tone="danger">The race broke off.</Notice>)}
      <RaceLanes entries={race.wish.plan.entries} events={events} />
      <ol
        aria-label={side === "engine" ? "Answers of our engine" : "Answers of check, then write"}
        className="grid gap-1.5 text-sm"
      >
        {events.map((event) => (
          <li key={`${event.racer} ${event.step}`} className="flex items-baseline gap-2">
            <span className="w-16 shrink-0 text-right text-ink-soft">{event.atMs} ms</span>
            <span aria-hidden className={cn("size-2 shrink-0 rounded-full", MARKS[STEP_TONES[event.step]])} />
            <span className="min-w-0">
              <span className="font-medium">{RACERS[event.racer]}</span> {stepText(event)}
            </span>
          </li>
        ))}
      </ol>
    </div>
  )
}
