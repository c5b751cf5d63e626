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
    .sort((a, b) => a.from - b.from)
  return apart(cut).map(({ from, to }) => ({ start: instant(from), end: instant(to) }))
}

/** The union, in order and apart; empty ones are dropped. @param sorted by their beginnings */
export function apart(sorted: readonly Stretch[]): Stretch[] {
  const result: { from: number; to: number }[] = []
  for (const { from, to } of sorted) {
    if (from >= to) continue
    const last = result.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else result.push({ from, to })
  }
  return result
}

/** What lies between, within a window. @param sorted in order of beginnings */
export function gapsOf(sorted: readonly Stretch[], window: Stretch): Stretch[] {
  const gaps: Stretch[] = []
  let from = window.from
  for (const each of sorted) {
    if (Math.min(each.from, window.to) > from) gaps.push({ from, to: Math.min(each.from, window.to) })
    from = Math.max(from, each.to)
  }
  if (from < window.to) gaps.push({ from, to: window.to })
  return gaps
}

const instant = (ms: number) => new Date(ms).toISOString().replace(".000Z", "Z")
