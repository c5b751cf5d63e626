import type { RaceEvent, RaceWish } from "@/lib/client/race"
import { RACERS } from "@/lib/domain/race"
import { STEP_TONES } from "./race-words"

interface RaceLanesProps {
  /** In the order of rank. */
  readonly entries: RaceWish["plan"]["entries"]
  readonly events: readonly RaceEvent[]
}

const WIDTH = 320
const LANE = 26
const NAME = 70
const FILLS = { good: "fill-good", bad: "fill-danger", neutral: "fill-line-strong" } as const

/** A lane a racer, in time from left to right. The list below it says the same in words. */
export function RaceLanes({ entries, events }: RaceLanesProps) {
  const lastMs = Math.max(100, ...events.map(({ atMs }) => atMs))
  const xOf = (ms: number) => NAME + (ms / lastMs) * (WIDTH - NAME - 10)
  return (
    <svg aria-hidden="true" viewBox={`0 0 ${WIDTH} ${entries.length * LANE}`} className="w-full">
      {entries.map(({ racer }, at) => {
        const y = at * LANE + LANE / 2
        const own = events.filter((event) => event.racer === racer)
        const until = own.at(-1)?.atMs
        return (
          <g key={racer}>
            <text x="0" y={y + 4} className="fill-ink text-[12px]">
              {at + 1}. {RACERS[racer]}
            </text>
            <line x1={NAME} x2={WIDTH} y1={y} y2={y} className="stroke-line" />
            {own[0] && until !== undefined && (
              <line
                x1={xOf(own[0].atMs)}
                x2={xOf(until)}
                y1={y}
                y2={y}
                strokeWidth="3"
                className="stroke-line-strong"
              />
            )}
            {own.map(({ step, atMs }) =>
              STEP_TONES[step] === "bad" ? (
                <Cross key={step} x={xOf(atMs)} y={y} />
              ) : (
                <circle key={step} cx={xOf(atMs)} cy={y} r="6" className={FILLS[STEP_TONES[step]]} />
              ),
            )}
          </g>
        )
      })}
    </svg>
  )
}

const Cross = ({ x, y }: { readonly x: number; readonly y: number }) => (
  <path
    d={`M${x - 5} ${y - 5}L${x + 5} ${y + 5}M${x + 5} ${y - 5}L${x - 5} ${y + 5}`}
    strokeWidth="3"
    className="stroke-danger"
  />
)
