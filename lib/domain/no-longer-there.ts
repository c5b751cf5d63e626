/** What a provider told of a calendar, by id (lib/ports/calendar-sync.ts, `Changes`). */
export interface Told {
  readonly full: boolean
  readonly named: ReadonlySet<string>
  readonly removed: readonly string[]
  readonly redrawn?: readonly string[] | undefined
}

/**
 * Which of the known events are there no more after what was told. A new start names all that stands; a series that is gone, or that was told as a whole, takes along
 * the instances that are not named beside it.
 */
export function noLongerThere(
  known: Iterable<readonly [id: string, { readonly seriesId: string | null }]>,
  { full, named, removed, redrawn = [] }: Told,
): readonly string[] {
  const gone = new Set(removed)
  const whole = new Set([...removed, ...redrawn])
  const isGone = (id: string, seriesId: string | null): boolean =>
    gone.has(id) || (!named.has(id) && (full || whole.has(id) || (seriesId !== null && whole.has(seriesId))))
  return [...known].flatMap(([id, { seriesId }]) => (isGone(id, seriesId) ? [id] : []))
}
