import { z } from 'zod'
import type { Viewer } from '../../conversation/people.ts'
import type { Retriever } from '../../knowledge/retrieve.ts'
import { understand } from '../../knowledge/understand.ts'
import type { Axes } from '../../playbook/schema.ts'
import type { Passage } from '../../ports/knowledge-store.ts'
import type { Tool } from '../../ports/toolbox.ts'

const input = z.strictObject({
  query: z.string().describe('What to look for, in a few words; name the stage or phase when it matters.'),
})
const MOST = 8

interface SearchOptions {
  retrieve: Retriever
  axes: Axes
  /** Who asks; without it, what everyone may see is found. */
  viewer?: Viewer | undefined
  /** Which passages may leave for the model. */
  may?: (passage: Passage) => boolean
}

/** Looks passages up, among those that the tenant and the person who asks may see. */
export const searchKnowledge = (
  tenantId: string,
  { retrieve, axes, viewer, may = () => true }: SearchOptions,
): Tool<typeof input> => ({
  name: 'search_knowledge',
  description:
    "Searches the knowledge base and the documents of the asker's organization; returns up to eight passages, best first.",
  input,
  run: async ({ query }) => {
    const { merged } = await retrieve(tenantId, understand(query.slice(0, 400), axes), viewer)
    return {
      passages: merged
        .map(({ passage }) => passage)
        .filter(may)
        .slice(0, MOST),
      computed: [],
    }
  },
})
