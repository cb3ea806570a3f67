/** Words in a row that two texts do not share by chance. */
const RUN = 8

const runsOf = (text: string): string[] => {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return words.slice(RUN - 1).map((_, index) => words.slice(index, index + RUN).join(' '))
}

/** Makes the test whether a text repeats a part of the given one word for word. */
export const createRepetition = (given: string): ((text: string) => boolean) => {
  const runs = new Set(runsOf(given))
  return (text) => runs.size > 0 && runsOf(text).some((run) => runs.has(run))
}
