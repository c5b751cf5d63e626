/** A stretch of time in milliseconds since the epoch, `[from, to)`. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/**
 * What is taken within a window: cut to it, merged where stretches overlap or touch, in order. One form whatever the provider answers, so that
 * two answers about the same calendar can be compared.
 */
export function mergeBusy(taken: readonly Stretch[], window: Stretch): { start: string; end: string }[] {
  const cut = taken
    .map(({ from, to }) => ({ from: Math.max(from, window.from), to: Math.min(to, window.to) }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from)
  const merged: { from: number; to: number }[] = []
  for (const stretch of cut) {
    const last = merged.at(-1)
    if (last && stretch.from <= last.to) last.to = Math.max(last.to, stretch.to)
    else merged.push({ ...stretch })
  }
  return merged.map(({ from, to }) => ({ start: instant(from), end: instant(to) }))
}

const instant = (ms: number) => new Date(ms).toISOString().replace(".000Z", "Z")
