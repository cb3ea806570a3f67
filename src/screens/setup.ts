import type { Button, Card } from '../conversation/card.ts'
import type { KnowledgeStore } from '../ports/knowledge-store.ts'
import type { PeopleStore } from '../ports/people-store.ts'
import { isAdmin } from './admins.ts'
import type { Feature } from './screens.ts'

/** Something that an admin does once; `text` says what it brings. */
export interface SetupStep {
  title: string
  text: string
  isDone: boolean
  /** What does it, where something on these screens can. */
  button?: Button
}

export type SetupSteps = (tenantId: string) => Promise<SetupStep[]>

export interface SetupOptions {
  knowledge: Pick<KnowledgeStore, 'documents'>
  people: Pick<PeopleStore, 'people'>
  /** The model that composes answers; absent when none is configured. */
  model?: string
}

/** What makes the most of a new installation. */
export const setupSteps =
  ({ knowledge, people, model }: SetupOptions): SetupSteps =>
  async (tenantId) => {
    const [documents, known] = await Promise.all([knowledge.documents(tenantId), people.people(tenantId)])
    return [
      {
        title: 'Add a document of your own',
        text: 'Answers then cite it beside the shared knowledge base.',
        isDone: documents.some(({ origin }) => origin === 'file'),
        button: { action: 'add_document', value: '', label: 'Add a document' },
      },
      {
        title: 'Let others ask',
        text: 'So far you are the only one whom Cairn knows. Mention it in a channel, and others will see it.',
        isDone: known.length > 1,
      },
      {
        title: 'Configure a language model',
        text: 'Without one, answers are made of quoted passages. Whoever runs Cairn sets ANTHROPIC_API_KEY or MODEL.',
        isDone: model !== undefined,
      },
    ]
  }

/** What is left to be set up, for admins; nothing once all of it is done. */
export const createSetup = (stepsOf: SetupSteps): Feature => ({
  cards: async (actor) => {
    if (!isAdmin(actor)) return []
    const steps = await stepsOf(actor.tenantId)
    if (steps.every(({ isDone }) => isDone)) return []
    const lines = steps.map(({ title, text, isDone }) =>
      isDone ? `✅ ${title}` : `⬜ **${title}**: ${text}`,
    )
    const card: Card = {
      id: 'setup',
      title: 'Finish setting up',
      text: lines.join('\n'),
      buttons: steps.flatMap(({ button, isDone }) => (button && !isDone ? [button] : [])),
    }
    return [card]
  },
})
