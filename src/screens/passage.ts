import { disarm } from '../advisor/disarm.ts'
import type { Panel } from '../conversation/card.ts'
import type { Citation } from '../conversation/reply.ts'
import type { DocumentOrigin, KnowledgeStore, Passage } from '../ports/knowledge-store.ts'
import type { ThreadStore } from '../ports/thread-store.ts'
import { findSeenTurn, GONE, ownAudiences } from './may-see.ts'
import { note } from './note.ts'
import type { Feature } from './screens.ts'

const VALUE = /^(\S+):(\d{1,3})$/

const ORIGINS: Record<DocumentOrigin, string> = {
  charter: "the advisor's charter, a founding document of the knowledge base",
  phases: 'the growth phases, a founding document of the knowledge base',
  stages: 'the developer stages, a founding document of the knowledge base',
  cairn: 'written for Cairn; no outside source',
  public: 'a published source',
  file: "your organization's own document",
}

/** Signs that would end or change what is set in bold. */
const MARKUP = /[*_`|]/

/** The body with the quoted words in bold, or in front of it where they hold markup of their own. */
const marked = (body: string, quote: string): string => {
  if (MARKUP.test(quote)) return `> ${quote.replaceAll('\n', '\n> ')}\n\n${body}`
  return body.replace(quote, () => quote.replace(/^(- )?(.*\S)\s*$/gm, '$1**$2**'))
}

const panelOf = ({ document, section, body, origin }: Passage, { quote }: Citation): Panel => {
  // Nothing that a company's document says may do anything in the chat.
  const clean = origin === 'file' ? disarm : (text: string) => text
  const whole = clean(body)
  const isThere = whole.includes(quote)
  const parts = [
    clean(section),
    isThere ? marked(whole, quote) : whole,
    ...(isThere ? [] : ['_The document was changed since it was cited; this is what stands there now._']),
    `_Source: ${ORIGINS[origin]}._`,
  ]
  return {
    title: 'Source',
    cards: [{ id: 'passage', title: clean(document), text: parts.filter(Boolean).join('\n\n'), buttons: [] }],
  }
}

export interface PassageOptions {
  threads: Pick<ThreadStore, 'turn'>
  knowledge: Pick<KnowledgeStore, 'passage'>
}

/** The whole passage behind a citation, for whoever has seen the answer and may see its document. */
export const createPassage = ({ threads, knowledge }: PassageOptions): Feature => ({
  actions: {
    open_passage: async (actor, value) => {
      const [, turnId = '', n] = VALUE.exec(value) ?? []
      const turn = await findSeenTurn(threads, actor, turnId)
      if (!turn) return note(GONE)
      const citation = turn.reply.citations.find((cited) => cited.n === Number(n))
      if (!citation) return note('That answer has no such source.')
      const passage = await knowledge.passage(actor.tenantId, citation.passageId, ownAudiences(actor))
      return passage
        ? { show: 'panel', panel: panelOf(passage, citation) }
        : note(
            'This source cannot be opened: its document was removed, or it is meant for others. An admin can tell you more.',
          )
    },
  },
})
