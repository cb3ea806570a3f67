import { readIntent } from '../conversation/intent.ts'
import type { Reply } from '../conversation/reply.ts'
import { outOfScope } from '../conversation/scope.ts'
import type { Thread } from '../conversation/thread.ts'
import { understandInThread } from '../knowledge/follow-up.ts'
import type { Ranked } from '../knowledge/ranking.ts'
import type { Retriever } from '../knowledge/retrieve.ts'
import type { Understanding } from '../knowledge/understand.ts'
import type { Playbook } from '../playbook/playbook.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ask, Composer, ComposerEvent } from '../ports/composer.ts'
import { createCaveats } from './caveats.ts'
import { placeOnAxes } from './placement.ts'
import { declineText, NO_DATA, remarkOn } from './remarks.ts'
import { disarm, verify } from './verify.ts'

export interface TurnInput {
  tenantId: string
  question: string
  thread?: Thread
  signal?: AbortSignal
}

/** A reply with the evidence that was found for it, best first, and how long each step took in milliseconds. */
export interface TurnResult {
  reply: Reply
  passages: Ranked[]
  timings: { understand: number; gather: number; compose: number; total: number }
  /** What the verifier left out, for the log. */
  dropped: string[]
}

/** Longest message that is read; a longer one is answered with a request to shorten it. */
export const LONGEST_QUESTION = 4_000
/** Longest answer, caveats included: a plain one, and a list, comparison, procedure or several questions in one. */
const LIMITS = { plain: 900, long: 1_500 }

const MOST_CAVEATS = 3

/** What a composer made of an ask, before it is verified. */
interface Draft {
  kind: Reply['kind']
  events: ComposerEvent[]
  caveats: string[]
}

const collect = async (source: Iterable<ComposerEvent> | AsyncIterable<ComposerEvent>): Promise<Draft> => {
  const draft: Draft = { kind: 'answer', events: [], caveats: [] }
  for await (const event of source) {
    if (event.type === 'kind') draft.kind = event.kind
    else if (event.type === 'caveat') draft.caveats.push(event.text)
    else draft.events.push(event)
  }
  return draft
}

const limitOf = ({ form, parts, ahead }: Understanding): number =>
  ahead || form === 'comparison' || parts.length > 2 || (parts.length === 2 && form !== 'figure')
    ? LIMITS.long
    : LIMITS.plain

export interface AdvisorOptions {
  playbook: Playbook
  retrieve: Retriever
  composer: Composer
  clock: Clock
}

/** One advisory turn: understand, gather, compose, verify. The same for every channel and every composer. */
export const createAdvisor = ({ playbook, retrieve, composer, clock }: AdvisorOptions) => {
  const caveatsOf = createCaveats(playbook)
  const fixed = (kind: Reply['kind'], text: string): Reply => ({ kind, text, citations: [], caveats: [] })

  const withoutLookup = (question: string): Reply | { text: string } => {
    if (question.length > LONGEST_QUESTION)
      return fixed(
        'clarify',
        `That message has ${question.length.toLocaleString('en')} characters; I read up to ${LONGEST_QUESTION.toLocaleString('en')}. Please send the question by itself.`,
      )
    const intent = readIntent(question)
    if (intent.kind !== 'question') return fixed(...remarkOn(intent.kind))
    const domain = outOfScope(intent.text)
    return domain ? fixed('declined', declineText(domain)) : { text: intent.text }
  }

  /** A question for the organization's own figures, of which there are none yet: says so, and what is known beside. */
  const withoutData = async (ask: Ask, signal: AbortSignal | undefined): Promise<Draft> => {
    const text = `${NO_DATA}\n\n`
    const { events, caveats } = await collect(
      composer.compose({ ...ask, limit: ask.limit - text.length }, signal),
    )
    return { kind: 'unanswerable', events: [{ type: 'text', text }, ...events], caveats }
  }

  return async ({ tenantId, question, thread = [], signal }: TurnInput): Promise<TurnResult> => {
    const started = clock.now()
    const early = withoutLookup(question)
    if ('kind' in early) {
      const total = clock.now() - started
      return {
        reply: early,
        passages: [],
        timings: { understand: total, gather: 0, compose: 0, total },
        dropped: [],
      }
    }
    const understood = understandInThread(early.text, playbook, thread)
    const understandDone = clock.now()
    const { facets, merged } = await retrieve(tenantId, understood)
    const gathered = clock.now()

    const placement = placeOnAxes(understood, playbook)
    const limit = limitOf(understood)
    const best = facets.flatMap(({ ranked }) => (ranked[0] ? [ranked[0].passage.id] : []))
    const expected = [...(placement?.caveats ?? []), ...caveatsOf(understood.question, best)].slice(
      0,
      MOST_CAVEATS,
    )
    const room = limit - expected.reduce((sum, caveat) => sum + caveat.length + 1, 0)
    const draft = await (placement?.asked
      ? collect(placement.events)
      : understood.ours && !placement
        ? withoutData(
            { understood, facets: facets.slice(0, 1), passages: merged, thread, limit: room },
            signal,
          )
        : collect(composer.compose({ understood, facets, passages: merged, thread, limit: room }, signal)))

    const found = [...merged.map(({ passage }) => passage), ...(placement?.passages ?? [])]
    const checked = verify(
      draft.events,
      found,
      [early.text, ...(placement?.computed ?? []), NO_DATA].join(' '),
    )
    const cited = [...new Set(checked.citations.map(({ passageId }) => passageId))]
    const caveats = [
      ...draft.caveats,
      ...(placement?.caveats ?? []),
      ...caveatsOf(understood.question, cited),
    ]
    const reply: Reply = {
      kind: draft.kind,
      text: checked.text,
      citations: checked.citations,
      caveats: [...new Set(caveats.map((caveat) => disarm(caveat)))],
    }
    const total = clock.now() - started
    return {
      reply: fit(reply, limit),
      passages: merged,
      timings: {
        understand: understandDone - started,
        gather: gathered - understandDone,
        compose: clock.now() - gathered,
        total,
      },
      dropped: checked.dropped,
    }
  }
}

/** Keeps text and caveats within the limit: later caveats go first, then lines of the text from the end. */
const fit = (reply: Reply, limit: number): Reply => {
  const length = () => text.length + caveats.reduce((sum, caveat) => sum + caveat.length + 1, 0)
  let { text } = reply
  let caveats = reply.caveats.slice(0, MOST_CAVEATS)
  while (length() > limit && caveats.length > 1) caveats = caveats.slice(0, -1)
  while (length() > limit && text.includes('\n')) text = text.slice(0, text.lastIndexOf('\n')).trimEnd()
  if (length() > limit)
    text = `${text.slice(0, Math.max(0, limit - (length() - text.length) - 1)).trimEnd()}…`
  const marks = new Set([...text.matchAll(/\[(\d+)\]/g)].map(([, n]) => Number(n)))
  return { ...reply, text, caveats, citations: reply.citations.filter(({ n }) => marks.has(n)) }
}

export type Advisor = ReturnType<typeof createAdvisor>
