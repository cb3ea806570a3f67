import { readIntent } from '../conversation/intent.ts'
import { isEnglish } from '../conversation/language.ts'
import { NO_DATA } from '../conversation/no-data.ts'
import { audiencesOf, type Viewer } from '../conversation/people.ts'
import type { Citation, Reply } from '../conversation/reply.ts'
import { outOfScope } from '../conversation/scope.ts'
import type { Thread } from '../conversation/thread.ts'
import { understandInThread } from '../knowledge/follow-up.ts'
import type { Ranked } from '../knowledge/ranking.ts'
import type { Retriever } from '../knowledge/retrieve.ts'
import { createJudge } from '../knowledge/support.ts'
import type { Understanding } from '../knowledge/understand.ts'
import type { Vocabulary } from '../knowledge/vocabulary.ts'
import type { Playbook } from '../playbook/playbook.ts'
import type { Clock } from '../ports/clock.ts'
import {
  type Ask,
  type Composer,
  ComposerError,
  type Journal,
  type ModelUsage,
  type Progress,
} from '../ports/composer.ts'
import type { Passage } from '../ports/knowledge-store.ts'
import type { QuestionReader } from '../ports/question-reader.ts'
import type { Toolbox } from '../ports/toolbox.ts'
import { type Tracer, untraced } from '../ports/tracer.ts'
import type { Allow } from './allowance.ts'
import { createCaveats } from './caveats.ts'
import { type Composed, composeVerified } from './compose.ts'
import { disarm } from './disarm.ts'
import { placeOnAxes } from './placement.ts'
import { declineText, remarkOn } from './remarks.ts'
import { isToThePoint } from './to-the-point.ts'
import { createVerifier } from './verify.ts'

export interface TurnInput {
  tenantId: string
  question: string
  /** Names the turn in its records; made up when absent. */
  turnId?: string
  /** Who asks, for what the model may cost them. */
  personId?: string
  /** Who is answered, and so what evidence is gathered; without it, what everyone may see. */
  viewer?: Viewer
  thread?: Thread
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
  /** Answer from the passages alone, whatever is configured. */
  withoutModel?: boolean
  journal?: Journal
}

/** A reply with the evidence that was found for it, best first, and how long each step took in milliseconds. */
export interface TurnResult {
  reply: Reply
  /** The composer whose text the reply is. */
  composer: string
  promptVersion?: string
  passages: Ranked[]
  timings: { understand: number; gather: number; compose: number; total: number }
  /** What the model's calls took, whether or not its text was used. */
  usage: ModelUsage[]
  /** Why the model broke off, for the operator. */
  modelFailure?: unknown
  /** What went wrong on the model's way, and its answer could do without. */
  toolFailures: ComposerError[]
  /** What the verifier left out, for the log. */
  dropped: string[]
  /** Close enough to the question to be said when nobody asked Cairn. */
  toThePoint: boolean
  /** The asker may see more on this than everyone who reads along where they asked. */
  withheld: boolean
}

/** Longest message that is read; a longer one is answered with a request to shorten it. */
export const LONGEST_QUESTION = 4_000
/** Longest answer, caveats included: a plain one, and a list, comparison, procedure or several questions in one. */
const LIMITS = { plain: 900, long: 1_500 }

const MOST_CAVEATS = 3
/** Passages found first, on which an answer rests. */
const FOREMOST = 5

const MODEL_FAILED =
  'The language model could not be used this time; this answer is made of the passages alone.'
const BROKE_OFF = 'The answer broke off here; ask again for the rest.'
const LEFT_OUT = 'Something was left out that the sources do not hold.'

const UNUSABLE =
  'The model gave no answer that rests on a source, so it was not used; if it happens often, choose a stronger MODEL'

/** Words that a reply has at least, without citations and with some; less is what a model was made to say. */
const SHORTEST = { uncited: 4, cited: 2 }
const WORDS = new Intl.Segmenter('en', { granularity: 'word' })
const wordsIn = (text: string): number =>
  [...WORDS.segment(text.replace(/\[\d+\]/g, ''))].filter(({ isWordLike }) => isWordLike).length

/** What a model has said and no source holds is no answer. */
const isUsable = ({ kind, text, citations }: Composed): boolean =>
  citations.length > 0
    ? wordsIn(text) >= SHORTEST.cited
    : kind !== 'answer' && wordsIn(text) >= SHORTEST.uncited

const byId = (passages: readonly Passage[], id: string): Passage | undefined =>
  passages.find((passage) => passage.id === id)

/** What a document's words would do in a chat is taken from them; they stay as they are read. */
const disarmed = ({ document, section, quote, ...citation }: Citation): Citation => ({
  ...citation,
  document: disarm(document),
  section: disarm(section),
  quote: disarm(quote),
})

const limitOf = ({ form, parts, ahead }: Understanding): number =>
  ahead || form === 'comparison' || parts.length > 2 || (parts.length === 2 && form !== 'figure')
    ? LIMITS.long
    : LIMITS.plain

export interface AdvisorOptions {
  playbook: Playbook
  vocabulary: Vocabulary
  retrieve: Retriever
  /** Answers from the passages alone, and wherever the model cannot. */
  extractive: Composer
  /** Absent: every answer is extractive. */
  model?: Composer
  /** Whether a turn may use it. */
  allow?: Allow
  /** Reads questions that are not in English, where there is a model for it. */
  reader?: QuestionReader
  /** Whether a passage is of the shared knowledge; the others are the organization's own. */
  isShared?: (passageId: string) => boolean
  /** The tools of a turn; `may` tells which passages may leave for the model. */
  tools?: (tenantId: string, viewer: Viewer | undefined, may: (passage: Passage) => boolean) => Toolbox
  clock: Clock
  trace?: Tracer
}

/** One advisory turn: understand, gather, compose, verify. The same for every channel and every composer. */
export const createAdvisor = ({
  playbook,
  vocabulary,
  retrieve,
  extractive,
  model,
  allow = async () => ({ mayShareDocuments: true }),
  reader,
  isShared = () => true,
  tools = () => [],
  clock,
  trace = untraced,
}: AdvisorOptions) => {
  const caveatsOf = createCaveats(playbook)
  const judge = createJudge(playbook, vocabulary)
  const openVerification = createVerifier(playbook.axes, vocabulary)
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

  /** Whether in private the asker would be answered from passages that the others here may not see. */
  const withholds = async (
    tenantId: string,
    understood: Understanding,
    viewer: Viewer,
    found: readonly Ranked[],
  ): Promise<boolean> => {
    const inPrivate = { ...viewer, room: 'private' } as const
    if (audiencesOf(inPrivate).length === audiencesOf(viewer).length) return false
    const { merged } = await retrieve(tenantId, understood, inPrivate)
    const seen = new Set(found.map(({ passage }) => passage.id))
    return merged.slice(0, FOREMOST).some(({ passage: { id } }) => !isShared(id) && !seen.has(id))
  }

  return async (input: TurnInput): Promise<TurnResult> => {
    const { tenantId, personId, viewer, thread = [], signal, onProgress = () => {}, journal } = input
    const started = clock.now()
    const early = withoutLookup(input.question)
    if ('kind' in early) {
      const total = clock.now() - started
      return {
        reply: early,
        composer: extractive.name,
        passages: [],
        usage: [],
        toolFailures: [],
        timings: { understand: total, gather: 0, compose: 0, total },
        dropped: [],
        toThePoint: false,
        withheld: false,
      }
    }
    onProgress({ type: 'step', step: 'understanding' })
    const { refusal, mayShareDocuments } =
      model && !input.withoutModel
        ? await allow(tenantId, personId)
        : { refusal: '', mayShareDocuments: false }
    const { understood, reading } = await trace('cairn.understand', {}, async () => {
      const reads = reader && refusal === undefined && !isEnglish(early.text)
      const reading = reads ? await reader.inEnglish(early.text, signal) : undefined
      return { understood: understandInThread(reading?.english ?? early.text, playbook, thread), reading }
    })
    const understandDone = clock.now()
    onProgress({ type: 'step', step: 'reading' })
    const { facets, merged, withheld } = await trace('cairn.gather', {}, async () => {
      const found = await retrieve(tenantId, understood, viewer)
      return {
        ...found,
        withheld: viewer ? await withholds(tenantId, understood, viewer, found.merged) : false,
      }
    })
    const gathered = clock.now()

    const placement = placeOnAxes(understood, playbook)
    const limit = limitOf(understood)
    const best = facets.flatMap(({ ranked }) => (ranked[0] ? [ranked[0].passage.id] : []))
    const expected = [...(placement?.caveats ?? []), ...caveatsOf(understood.question, best)].slice(
      0,
      MOST_CAVEATS,
    )
    const ask: Ask = {
      question: early.text,
      understood,
      facets,
      passages: merged,
      thread,
      limit: limit - expected.reduce((sum, caveat) => sum + caveat.length + 1, 0),
      computed: placement,
      lacksData: understood.ours && !placement,
      tools: [],
      ...(journal ? { journal } : {}),
    }
    // A model's reading is for finding: what it says is not what was asked.
    const asked = reading?.english === undefined ? [early.text, understood.question] : [early.text]
    const given = [...asked, ...(placement?.statements ?? []), NO_DATA].join(' ')
    const known = [...merged.map(({ passage }) => passage), ...(placement?.passages ?? [])]
    const run = (composer: Composer, ask: Ask) =>
      trace('cairn.compose', { 'cairn.composer': composer.name }, () =>
        composeVerified({
          composer,
          ask,
          onProgress,
          signal,
          verify: (found, onText) =>
            openVerification({
              find: (id) => byId(known, id) ?? byId(found.passages, id),
              given: () => [given, ...found.computed].join('\n'),
              onText,
              limit,
              ...(composer.told === undefined ? {} : { told: composer.told }),
            }),
        }),
      )

    /** The ask as the model may know it. */
    const askModel = (mayShareDocuments: boolean): Ask => {
      const may = ({ origin }: Passage) => mayShareDocuments || origin !== 'file'
      const only = (ranked: Ranked[]) => ranked.filter(({ passage }) => may(passage))
      return {
        ...ask,
        // An answer holds what it cites.
        thread: mayShareDocuments ? thread : thread.filter(({ cited }) => cited.every(isShared)),
        passages: only(ask.passages),
        facets: ask.facets.map((facet) => ({ ...facet, ranked: only(facet.ranked) })),
        tools: tools(tenantId, viewer, may),
      }
    }
    const drafted = model && refusal === undefined ? await run(model, askModel(mayShareDocuments)) : undefined
    // When the model's is none, the passages themselves answer.
    const usable = drafted !== undefined && isUsable(drafted)
    const composed = usable ? drafted : await run(extractive, ask)
    const cited = [...new Set(composed.citations.map(({ passageId }) => passageId))]
    const caveats = [
      ...(refusal ? [refusal] : []),
      ...(drafted && !usable ? [MODEL_FAILED] : []),
      ...(usable && composed.broke !== undefined ? [BROKE_OFF] : []),
      ...(usable && composed.isIncomplete.unsupported ? [LEFT_OUT] : []),
      ...composed.caveats,
      ...(placement?.caveats ?? []),
      ...caveatsOf(understood.question, cited),
    ]
    const reply: Reply = {
      kind: composed.kind,
      text: composed.text,
      citations: composed.citations.map((citation) =>
        isShared(citation.passageId) ? citation : disarmed(citation),
      ),
      caveats: [...new Set(caveats.map((caveat) => disarm(caveat)))],
    }
    const total = clock.now() - started
    return {
      reply: fit(reply, limit),
      composer: usable && model ? model.name : extractive.name,
      ...(model?.promptVersion && drafted ? { promptVersion: model.promptVersion } : {}),
      passages: merged,
      usage: [...(reading?.usage ?? []), ...(drafted?.usage ?? [])],
      toolFailures: drafted?.failures ?? [],
      ...(drafted?.broke !== undefined
        ? { modelFailure: drafted.broke }
        : drafted && !usable
          ? { modelFailure: new ComposerError(UNUSABLE) }
          : {}),
      timings: {
        understand: understandDone - started,
        gather: gathered - understandDone,
        compose: clock.now() - gathered,
        total,
      },
      dropped: [...(drafted && !usable ? drafted.dropped : []), ...composed.dropped],
      // A model judges that by itself: what does not fit, it says is not held.
      toThePoint:
        composed.kind === 'answer' &&
        cited.length > 0 &&
        (usable ||
          isToThePoint(
            judge,
            early.text,
            understood.entities,
            cited.flatMap((id) => byId(known, id) ?? []),
          )),
      withheld,
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
