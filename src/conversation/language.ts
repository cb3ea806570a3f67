/** Words that hardly an English question does without, and that few other languages have. */
const ENGLISH =
  /\b(?:the|what|which|how|when|who|why|is|are|do|does|should|our|we|my|of|to|for|with|and|from|have|can|at)\b/i
const FEW_WORDS = 3

/** Whether a question may be taken as English: a few bare words are, since names and figures have no language. */
export const isEnglish = (text: string): boolean => {
  const words = text.match(/\p{L}{2,}/gu) ?? []
  const isLatin = !/[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u.test(text)
  return (
    isLatin && (ENGLISH.test(text) || (words.length <= FEW_WORDS && !/[^\x20-\x7e\p{P}\p{S}]/u.test(text)))
  )
}
