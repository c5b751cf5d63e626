/** Edits between two words: insert, drop, replace, or swap two neighbours (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const options = [at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1)]
      if (swapped) options.push(at(beforeLast, j - 2) + 1)
      row.push(Math.min(...options))
    }
    beforeLast = last
    last = row
  }
  return at(last, b.length)
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY

/**
 * Is `word` a misspelling of `meant`? The first letter must be right, short words may not differ, from five letters one slip is allowed and
 * from eight two; a longer reach would turn one real word into another.
 */
export function isMisspelling(word: string, meant: string): boolean {
  const length = Math.max(word.length, meant.length)
  const slips = length >= 8 ? 2 : length >= 5 ? 1 : 0
  if (slips === 0 || word[0] !== meant[0] || Math.abs(word.length - meant.length) > slips) return false
  return editDistance(word, meant) <= slips
}
