import fc from "fast-check"

/*
 * What can happen around one event, as data: a failing story can be read, and told again from its seed.
 */

/** Who changes the event outside of the app. A guest can only where guests may; elsewhere the person does it. */
export type Who = "person" | "guest"

/** One field that people care about, and its new value. */
export type Change =
  | { readonly field: "time"; readonly hour: number }
  | { readonly field: "title"; readonly text: string }
  | { readonly field: "place"; readonly text: string }

/** Moves the version and nothing that anybody cares about. */
export type Noise = "rewrite" | "reminder" | "accepted" | "declined" | "tentative"

export type Outside =
  | { readonly kind: "edit"; readonly who: Who; readonly change: Change }
  | { readonly kind: "delete" }
  | { readonly kind: "noise"; readonly what: Noise }

export type Lost = "executed-but-503" | "reset-after-execution" | "mid-body-reset" | "reset-before-execution"

/** What strikes the app's own next read or write of the event: somebody is faster, or the answer is lost. */
export type Race =
  | { readonly on: "GET" | "PATCH"; readonly meanwhile: Outside }
  | { readonly on: "PATCH"; readonly lost: Lost }
  | { readonly on: "PATCH"; readonly refused: "spurious-412" }

/** `write`: whichever button writes after all. */
export type Reply = "write" | "keep" | "other"

export type Step =
  | Outside
  /** The person's screen is drawn anew: what a drag is made on. */
  | { readonly kind: "look" }
  /** The assistant proposes to move the event. */
  | { readonly kind: "plan"; readonly hour: number }
  | { readonly kind: "drag"; readonly change: Change; readonly races: readonly Race[] }
  | { readonly kind: "apply"; readonly which: number; readonly twice: boolean; readonly races: readonly Race[] }
  | { readonly kind: "answer"; readonly which: number; readonly choice: Reply; readonly races: readonly Race[] }
  | { readonly kind: "undo"; readonly which: number; readonly races: readonly Race[] }

export interface Story {
  /** Guests may edit the event too. */
  readonly shared: boolean
  readonly steps: readonly Step[]
}

const hour = fc.integer({ min: 8, max: 19 })
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ field: fc.constant("time" as const), hour }) },
  fc.record({ field: fc.constant("title" as const), text: fc.constantFrom("Renamed", "Moved again", "Café\u0301") }),
  fc.record({ field: fc.constant("place" as const), text: fc.constantFrom("Room 4", "Upstairs") }),
)
const noise = fc.constantFrom<Noise[]>("rewrite", "reminder", "accepted", "declined", "tentative")
const outside: fc.Arbitrary<Outside> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("edit" as const),
      who: fc.constantFrom<Who[]>("person", "guest"),
      change,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("noise" as const), what: noise }) },
)
const race: fc.Arbitrary<Race> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ on: fc.constantFrom<("GET" | "PATCH")[]>("PATCH", "PATCH", "GET"), meanwhile: outside }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      on: fc.constant("PATCH" as const),
      lost: fc.constantFrom<Lost[]>(
        "executed-but-503",
        "reset-after-execution",
        "mid-body-reset",
        "reset-before-execution",
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ on: fc.constant("PATCH" as const), refused: fc.constant("spurious-412" as const) }),
  },
)
/** In the moment between two reads of the app: the first one struck sees nothing that matters. */
const betweenReads = fc
  .tuple(noise, change, fc.constantFrom<Who[]>("person", "guest"))
  .map(([what, change, who]): Race[] => [
    { on: "GET", meanwhile: { kind: "noise", what } },
    { on: "GET", meanwhile: { kind: "edit", who, change } },
  ])
const races = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 4, arbitrary: fc.array(race, { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: betweenReads },
)
const which = fc.nat({ max: 3 })

const plan = fc.record({ kind: fc.constant("plan" as const), hour })
const apply = fc.record({
  kind: fc.constant("apply" as const),
  which,
  twice: fc.constantFrom(false, false, false, true),
  races,
})
const answer = fc.record({
  kind: fc.constant("answer" as const),
  which,
  choice: fc.constantFrom<Reply[]>("write", "write", "write", "write", "keep", "other"),
  races,
})
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: outside },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("look" as const) }) },
  { weight: 2, arbitrary: plan },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("drag" as const), change, races }) },
  { weight: 3, arbitrary: apply },
  { weight: 4, arbitrary: answer },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("undo" as const), which, races }) },
)
/** A plan and the yes to it, with nothing between: what strikes then strikes the app's own requests. */
const turn: fc.Arbitrary<Step[]> = fc.tuple(
  plan,
  apply.map((press) => ({ ...press, which: 0 })),
)

export const stories: fc.Arbitrary<Story> = fc.record({
  shared: fc.boolean(),
  steps: fc
    .array(fc.oneof({ weight: 3, arbitrary: step.map((one) => [one]) }, { weight: 1, arbitrary: turn }), {
      minLength: 2,
      maxLength: 10,
    })
    .map((turns) => turns.flat()),
})
