/** Nanoseconds on a clock that all processes of one machine share and nobody sets. */
export type Nanos = number

interface Timed {
  /** Whose: one client does one thing after another. */
  readonly client: string
  readonly key: string
  readonly invoked: Nanos
}

/** What is written is who wrote it: every value of a history is another. */
export type Wish =
  | { readonly op: "read" }
  | { readonly op: "create"; readonly value: string }
  | { readonly op: "write"; readonly value: string; readonly expected: string }
  | { readonly op: "delete"; readonly expected: string }

export type Answer =
  /** Of a read; null: there is none. */
  | { readonly is: "found"; readonly version: string; readonly value: string }
  | { readonly is: "absent" }
  /** What a change made; of a deletion, the version that it is. */
  | { readonly is: "applied"; readonly version: string }
  /** `current`: what stood there instead; null: nothing. */
  | { readonly is: "refused"; readonly current: string | null }

/** One call and what became of it. Without `answer` nobody knows: its process was killed, or it threw. */
export type Operation = Timed & Wish & { readonly returned: Nanos | null; readonly answer: Answer | null }
