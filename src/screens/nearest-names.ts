/** Letters that may differ, for each three of what was typed. */
const TYPED_PER_SLIP = 3
const MOST_SUGGESTED = 3
/** Beyond it nothing was meant to be a name. */
const LONGEST_TYPED = 40

/** Letters to be added, left out, replaced or swapped with the next to make one word of the other. */
const distance = (from: string, to: string): number => {
  const rows = [Array.from({ length: to.length + 1 }, (_, at) => at)]
  const far = (row: number, at: number): number => rows[row]?.[at] ?? Number.POSITIVE_INFINITY
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    rows.push(current)
    for (let at = 1; at <= to.length; at++) {
      const isSwapped = from[row - 1] === to[at - 2] && from[row - 2] === to[at - 1]
      current.push(
        Math.min(
          far(row - 1, at) + 1,
          far(row, at - 1) + 1,
          far(row - 1, at - 1) + (from[row - 1] === to[at - 1] ? 0 : 1),
          isSwapped ? far(row - 2, at - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
  }
  return far(from.length, to.length)
}

/** Names that a person may have meant, the nearest first: beginnings count, and so do a few slips. */
export const nearestNames = (typed: string, names: readonly string[]): string[] => {
  if (typed.length > LONGEST_TYPED) return []
  const slips = Math.max(1, Math.ceil(typed.length / TYPED_PER_SLIP))
  return names
    .map((name) => ({ name, far: name.startsWith(typed) ? 0 : distance(typed, name) }))
    .filter(({ far }) => far <= slips)
    .sort((a, b) => a.far - b.far)
    .slice(0, MOST_SUGGESTED)
    .map(({ name }) => name)
}
