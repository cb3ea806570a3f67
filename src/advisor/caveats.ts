import type { Citation } from '../conversation/reply.ts'
import type { Playbook } from '../playbook/playbook.ts'

/** What the sources disagree on in the cited entries: each conflict's caveat, in the order of the citations. */
export const caveatsOf = (citations: Citation[], playbook: Playbook): string[] => {
  const conflicts = playbook.entries.filter(({ kind }) => kind === 'conflict')
  const cited = [...new Set(citations.map(({ passageId }) => passageId))]
  return cited.flatMap((id) =>
    conflicts
      .filter((conflict) => conflict.between.includes(id) && !cited.includes(conflict.id))
      .map(({ caveat }) => caveat as string),
  )
}
