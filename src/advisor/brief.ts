import type { Thread, Turn } from '../conversation/thread.ts'
import type { Ask, FailedSentence } from '../ports/composer.ts'

/** Turns that a model reads word for word; what was before is summed up. */
const VERBATIM = 6
/** Characters of a summed-up answer. */
const SUMMED_UP = 160

/** A turn as a model reads it. */
export interface Exchange {
  question: string
  answer: string
}

const withoutMarks = (text: string): string => text.replace(/ ?\[\d+\]/g, '').replace(/\*\*/g, '')

const sumUp = ({ question, answer = '' }: Turn): string => {
  const [first = ''] = withoutMarks(answer).split(/(?<=[.!?:])\s|\n/)
  return `- ${JSON.stringify(question.slice(0, SUMMED_UP))}: ${first.slice(0, SUMMED_UP)}`
}

/** What was said in the thread: its last turns word for word, and one line for each turn before them. */
export const historyOf = (thread: Thread): { earlier: string; exchanges: Exchange[] } => {
  const answered = thread.filter(({ answer = '' }) => withoutMarks(answer).trim() !== '')
  return {
    earlier: answered.slice(0, -VERBATIM).map(sumUp).join('\n'),
    exchanges: answered
      .slice(-VERBATIM)
      .map(({ question, answer = '' }) => ({ question, answer: withoutMarks(answer) })),
  }
}

/** A text of someone else on one line, in quotation marks that it cannot close; it cannot look like markup either. */
export const asData = (text: string): string => JSON.stringify(text).replaceAll('<', '\\u003c')

/** A text of someone else, fenced so that it reads as data: it can neither close the fence nor look like markup. */
export const fence = (name: string, text: string): string => `<${name}>\n${asData(text)}\n</${name}>`

/** Has a model go on behind a text in which its stream broke off. */
export const GO_ON = 'The connection broke there. Go on right after it; repeat nothing.'

/** Asks for failed sentences to be written anew. */
export const rewriteOrder = (prompt: string, failed: FailedSentence[]): string => {
  const list = failed.map(({ text, reason }) => `${text.trim()} — ${reason}`).join('\n')
  return `${prompt}\n\n${fence('failed', list)}`
}

/** What a model is asked: the question and what code knows about it. The thread's earlier turns are summed up in it. */
export const briefOf = (ask: Ask, earlier: string): string => {
  const { question, computed, lacksData, limit, passages } = ask
  const sections = [
    ...new Set(passages.slice(0, 8).map(({ passage }) => `${passage.document} > ${passage.section}`)),
  ]
  return [
    earlier && fence('earlier_in_this_thread', earlier),
    computed && fence('computed', computed.claims.map(({ text }) => text.trim()).join('\n')),
    lacksData &&
      "There is no data on the asker's own organization: say so first, then answer from the knowledge base.",
    sections.length > 0 && fence('sections_that_may_fit_best', sections.join('\n')),
    fence('question', question),
    `Answer within ${limit} characters.`,
  ]
    .filter(Boolean)
    .join('\n\n')
}
