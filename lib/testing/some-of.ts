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
