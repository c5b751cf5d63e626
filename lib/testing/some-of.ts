/**
 * So many of the planted bugs, or of the calls that a process may end at, others each time: a suite that starts a database and processes for each of them looks at every one within a few runs, and with `ALL_PLANTS=1` in one.
 */
export function someOf<T>(all: readonly T[], count: number): readonly T[] {
  if (process.env.ALL_PLANTS) return all
  const left = [...all]
  return Array.from({ length: Math.min(count, all.length) }, () => {
    const [one] = left.splice(Math.floor(Math.random() * left.length), 1)
    return one as T
  })
}

/**
 * For a planted bug that shows by chance, in a race or at a moment of the clock: it counts as missed when it was missed three times. Never for what the product does right: that has to be
 * right each time.
 */
export const BY_CHANCE = { retry: 2 } as const
