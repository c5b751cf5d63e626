/** What a harness found. `missed`: the goals it stated and did not reach, in sentences. */
export interface Findings {
  readonly figures: Readonly<Record<string, unknown>>
  readonly missed: readonly string[]
}

/**
 * Runs a program of e2e/: says its limit, lets it print its tables, ends with one line of JSON, and exits 1 when a goal is missed, the limit is
 * over or it breaks.
 */
export function runHarness(name: string, limitMinutes: number, work: () => Promise<Findings>): void {
  console.log(`${name}: at most ${limitMinutes} minutes`)
  const overtime = setTimeout(() => {
    console.error(`${name}: not done after ${limitMinutes} minutes`)
    process.exit(1)
  }, limitMinutes * 60_000)
  overtime.unref()
  work().then(
    ({ figures, missed }) => {
      for (const goal of missed) console.log(`MISSED: ${goal}`)
      console.log(JSON.stringify({ harness: name, ...figures, missed }))
      process.exit(missed.length > 0 ? 1 : 0)
    },
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
}
