import type { Citation } from '../conversation/reply.ts'
import type { Vocabulary } from '../knowledge/vocabulary.ts'
import type { Axes } from '../playbook/schema.ts'
import type { Claim, FailedSentence } from '../ports/composer.ts'
import type { Passage } from '../ports/knowledge-store.ts'
import { createSentenceCheck } from './check-sentence.ts'
import { disarm } from './disarm.ts'
import { createRepetition } from './repetition.ts'
import { createAssembler, type Sentence, type SentencePart } from './sentences.ts'
import { createSubjects } from './subjects.ts'

export interface VerificationOptions {
  /** The passages that may be cited. */
  find: (passageId: string) => Passage | undefined
  /** Texts whose figures may be said again: the question, and the calculations behind the answer. */
  given: () => string
  /** Called with each stretch of text that passed, in order; what was released is never withdrawn. */
  onText?: (text: string) => void
  /** Characters that the text may take. */
  limit: number
  /** What the composer was told, which is not to be said again. */
  told?: string
}

/** An answer that passed the checks. */
export interface Verified {
  text: string
  citations: Citation[]
  /** What did not pass and why, for the operator's log. */
  dropped: string[]
  /** Sentences were left out for want of support, or because there was no room for them. */
  isIncomplete: { unsupported: boolean; tooLong: boolean }
}

interface Held extends FailedSentence {
  sentence: Sentence
}

/** A name such as programs use, of a tool or a field. */
const INTERNAL = /\b[a-z]+(?:_[a-z]+)+\b/i
const PARAGRAPH = /\n\s*\n/

/**
 * Makes verifications. A quote has to stand in its passage word for word, a figure in what its sentence cites, said of
 * the same thing. Sentences are checked one by one, as soon as they are complete, and released in order: from the
 * first one that fails, all wait until it was written anew or left out.
 */
export const createVerifier = (axes: Axes, vocabulary: Vocabulary) => {
  const check = createSentenceCheck(createSubjects(axes), vocabulary)

  return ({ find, given, onText = () => {}, limit, told = '' }: VerificationOptions) => {
    const repeatsTold = createRepetition(told)
    const assembler = createAssembler()
    const citations: Citation[] = []
    const dropped: string[] = []
    const isIncomplete = { unsupported: false, tooLong: false }
    /** Sentences that wait, from the first failed one on; a sentence without a reason passed. */
    let waiting: (Sentence | Held)[] = []
    let text = ''
    /** Bodies whose links may be said. */
    let links = ''
    /** Passages cited in the paragraph so far. */
    let before: Passage[] = []
    let lastMark = ''
    /** The mark and the white space behind the last stretch, written once it is known what follows. */
    let owed: { claim: number; mark: string; space: string; isFollowing: boolean } | undefined

    const write = (stretch: string) => {
      text += stretch
      if (stretch !== '') onText(stretch)
    }
    /** Returns whether what follows goes on with a claim that itself goes on from the line above. */
    const payOwed = (next?: SentencePart): boolean => {
      if (!owed) return false
      const { claim, mark, space, isFollowing } = owed
      const goesOn = next?.claim === claim
      write(`${goesOn || (isFollowing && mark === lastMark) ? '' : mark}${space}`)
      if (!goesOn) lastMark = mark
      owed = undefined
      return goesOn && isFollowing
    }

    const numberOf = (passage: Passage, quote: string): number => {
      const known = citations.find((c) => c.passageId === passage.id && c.quote === quote)
      if (known) return known.n
      const { id: passageId, document, section } = passage
      citations.push({ n: citations.length + 1, type: 'passage', passageId, document, section, quote })
      return citations.length
    }

    const citedBy = ({ cites }: SentencePart): Passage[] =>
      cites.flatMap(({ passageId, quote }) => {
        const passage = find(passageId)
        return passage?.body.includes(quote) && quote.trim() !== '' ? [passage] : []
      })

    /**
     * The claim without what a platform would act on. Links of the shared knowledge may be said; what stands in a
     * document may have been planted there.
     */
    const disarmed = (claim: Claim): Claim => {
      const shared = claim.cites.flatMap(({ passageId }) => find(passageId) ?? [])
      for (const { origin, body } of shared) if (origin !== 'file') links += `${body}\n`
      return { ...claim, text: disarm(claim.text, links) }
    }

    const failureOf = ({ parts }: Sentence): string | undefined => {
      for (const { passageId, quote } of parts.flatMap(({ cites }) => cites))
        if (!find(passageId)?.body.includes(quote))
          dropped.push(`a quote that passage "${passageId}" does not hold`)
      const misquoted = parts.find((part) => part.cites.length > 0 && citedBy(part).length === 0)
      if (misquoted) return `its quote does not stand in passage "${misquoted.cites[0]?.passageId}"`
      const said = parts.map(({ text }) => text).join('')
      if (repeatsTold(said)) return 'it says what the advisor was told'
      const name = INTERNAL.exec(said)?.[0]
      if (name && !parts.some(({ cites }) => cites.some(({ quote }) => quote.includes(name))))
        return `it names "${name}", which no quote holds`
      return check(
        {
          parts: parts.map((part) => ({
            text: part.text,
            passages: citedBy(part),
            quotes: part.cites.map(({ quote }) => quote),
          })),
        },
        { before, given: given() },
      )
    }

    const release = ({ parts }: Sentence): void => {
      const whole = parts.map((part) => part.text).join('')
      if (isIncomplete.tooLong || text.length + whole.trimEnd().length > limit) {
        isIncomplete.tooLong = true
        return
      }
      if (PARAGRAPH.test(whole.slice(0, whole.length - whole.trimStart().length))) before = []
      for (const part of parts) {
        const cited = citedBy(part)
        const goesOn = payOwed(part)
        const marks = part.cites.flatMap(({ passageId, quote }) => {
          const passage = cited.find(({ id }) => id === passageId)
          return passage?.body.includes(quote) ? [numberOf(passage, quote)] : []
        })
        const mark = [...new Set(marks)].map((n) => ` [${n}]`).join('')
        // Marks are given here; one that a composer wrote itself would pass for one of them.
        const own = part.text.replace(/ ?\[\d+\]/g, '')
        const clean = text === '' ? own.trimStart() : own
        const end = clean.search(/\s*$/)
        write(clean.slice(0, end))
        // What goes on from the line above, on the same source, needs no second mark.
        owed = {
          claim: part.claim,
          mark,
          space: clean.slice(end),
          isFollowing: goesOn || (clean.startsWith('\n') && end > 0),
        }
        if (cited.length > 0) before = [...cited, ...before.filter((passage) => !cited.includes(passage))]
      }
      if (PARAGRAPH.test(whole.slice(whole.trimEnd().length))) before = []
    }

    const take = (sentence: Sentence): void => {
      if (isIncomplete.tooLong) return
      const reason = failureOf(sentence)
      if (reason !== undefined) {
        const said = sentence.parts.map((part) => part.text).join('')
        dropped.push(`"${said.trim()}": ${reason}`)
        waiting.push({ sentence, text: said, reason })
      } else if (waiting.length > 0) waiting.push(sentence)
      else release(sentence)
    }

    return {
      /** Whether what was released so far rests on a passage. */
      hasCited: (): boolean => citations.length > 0,
      claim: (claim: Claim): void => {
        for (const sentence of assembler.add(disarmed(claim))) take(sentence)
      },
      /** Ends the text as it was composed; returns what failed. */
      close: (): FailedSentence[] => {
        for (const sentence of assembler.end()) take(sentence)
        return waiting.flatMap((item) => ('reason' in item ? [{ text: item.text, reason: item.reason }] : []))
      },
      /** Puts what was written anew in place of what failed, in order; what still fails is left out. */
      replace: (sentences: Claim[][]): void => {
        const claims = [...sentences]
        const rest = waiting
        waiting = []
        for (const item of rest) {
          if (!('reason' in item)) {
            release(item)
            continue
          }
          const rewriting = createAssembler()
          const anew = (claims.shift() ?? [])
            .flatMap((claim) => rewriting.add(disarmed(claim)))
            .concat(rewriting.end())
          const space = /^\s*/.exec(item.text)?.[0] ?? ''
          const passing = anew.filter((sentence) => failureOf(sentence) === undefined)
          if (passing.length === 0) isIncomplete.unsupported = true
          for (const [index, { parts }] of passing.entries()) {
            const [first, ...others] = parts
            if (!first) continue
            release({
              parts: [
                { ...first, text: `${index === 0 ? space : ' '}${first.text.trimStart()}`, claim: -1 },
                ...others,
              ],
            })
          }
        }
      },
      finish: (): Verified => {
        payOwed()
        // Once more as a whole: what was cut up between claims.
        return { text: disarm(text, links).trim(), citations, dropped, isIncomplete }
      },
    }
  }
}

export type Verifier = ReturnType<typeof createVerifier>
export type Verification = ReturnType<Verifier>
