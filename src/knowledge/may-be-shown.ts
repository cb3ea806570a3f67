import { audiencesOf, type Room } from '../conversation/people.ts'
import type { Reply } from '../conversation/reply.ts'
import type { KnowledgeStore } from '../ports/knowledge-store.ts'

/**
 * Whether everyone who reads in such a room may see all that a reply cites. What was removed since counts as not to be
 * shown: nobody knows any more whom it was for.
 */
export const mayBeShown = async (
  store: Pick<KnowledgeStore, 'passage'>,
  tenantId: string,
  { citations }: Reply,
  room: Exclude<Room, 'private'>,
): Promise<boolean> => {
  const audiences = audiencesOf({ role: 'member', room })
  for (const passageId of new Set(citations.map(({ passageId }) => passageId)))
    if (!(await store.passage(tenantId, passageId, audiences))) return false
  return true
}
