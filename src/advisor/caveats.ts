import type { Playbook } from '../playbook/playbook.ts'

/** What the sources disagree on in these entries: each conflict's caveat, in the order of the entries. */
export const caveatsOf = (entryIds: string[], playbook: Playbook): string[] => {
  const conflicts = playbook.entries.filter(({ kind, id }) => kind === 'conflict' && !entryIds.includes(id))
  return entryIds.flatMap((id) =>
    conflicts.filter(({ between }) => between.includes(id)).map(({ caveat }) => caveat as string),
  )
}
