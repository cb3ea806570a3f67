import { createKindReader } from '../../advisor/kind-line.ts'
import type { Cite, Emit } from '../../ports/composer.ts'
import { createMarkReader } from './marks.ts'

const leadingSpace = (text: string): string => text.slice(0, text.length - text.trimStart().length)

/** The answer in the making: takes the model's text as it comes and emits what is finished of it. */
export const createAnswer = (citesOf: (mark: string) => Cite[], emit: Emit) => {
  let hasSaid = false
  const open = () => {
    const kind = createKindReader((event) => {
      hasSaid ||= event.type === 'claim'
      emit(event)
    })
    return { kind, marks: createMarkReader(citesOf, kind.claim) }
  }
  let { kind, marks } = open()
  let written = ''
  /** White space before the sentence in which the text broke off, until the model goes on. */
  let gap: string | undefined

  return {
    /** What the model wrote since it last called tools, marks included. */
    get text(): string {
      return written
    },
    /** Whether anyone may have read something of it: then it can only go on. */
    get hasSaid(): boolean {
      return hasSaid
    },
    write: (text: string): void => {
      let next = text
      if (gap !== undefined && text.trim() !== '') {
        // Models go on without the space that belongs between.
        const between = /\s$/.test(written) ? '' : gap || leadingSpace(text) || ' '
        next = between + text.trimStart()
        gap = undefined
      } else if (gap !== undefined) return
      written += next
      marks.write(next)
    },
    /** Tools are called: what was said before was no answer. */
    toolsCalled: (): void => {
      marks.end()
      kind.restart()
      written = ''
    },
    /** The text broke off: it is to go on behind its last whole sentence, or from the start if nothing was said. */
    breakOff: (): void => {
      const unfinished = marks.breakOff()
      written = written.slice(0, written.length - unfinished.length)
      if (hasSaid) {
        gap = written === '' ? undefined : leadingSpace(unfinished)
        return
      }
      ;({ kind, marks } = open())
      written = ''
    },
    end: (): void => {
      marks.end()
      kind.end()
    },
  }
}

/** Takes a text as it comes; what broke off goes on or begins anew, whichever it can. */
export type Sink = Pick<ReturnType<typeof createAnswer>, 'text' | 'hasSaid' | 'write' | 'breakOff'>
