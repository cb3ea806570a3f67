/** A pure function of texts that remembers its last results: the same words and lines are read
 * for every sentence. */
export const remember = <T>(read: (text: string) => T, most = 2_000): ((text: string) => T) => {
  const known = new Map<string, T>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    if (known.size >= most) known.clear()
    const result = read(text)
    known.set(text, result)
    return result
  }
}
