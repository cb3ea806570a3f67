import { disarm } from '../advisor/disarm.ts'
import type { PeopleStore } from '../ports/people-store.ts'
import { note } from './note.ts'
import type { Actor, Outcome } from './screens.ts'

const MOST_NAMED = 3

/** Whether the actor may change what holds for everyone. */
export const isAdmin = ({ person }: Actor): boolean => person.role === 'admin'

/** Runs what only admins may do; anyone else is told whom to ask. */
export type AdminsOnly = (actor: Actor, work: () => Promise<Outcome>) => Promise<Outcome>

/** Asks for the role whenever something is done, however the actor came to it. */
export const createAdminsOnly =
  (people: Pick<PeopleStore, 'people'>): AdminsOnly =>
  async (actor, work) => {
    if (isAdmin(actor)) return work()
    const names = (await people.people(actor.tenantId))
      .filter(({ role, name }) => role === 'admin' && name !== '')
      .slice(0, MOST_NAMED)
      .map(({ name }) => disarm(name))
    return note(
      names.length > 0
        ? `Only an admin may do this. Please ask ${names.join(' or ')}.`
        : 'Only an admin may do this. Please ask whoever installed Cairn.',
    )
  }
