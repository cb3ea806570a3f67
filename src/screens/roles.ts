import { z } from 'zod'
import { disarm } from '../advisor/disarm.ts'
import type { Card, Form } from '../conversation/card.ts'
import { ROLES, type Role } from '../conversation/people.ts'
import { AppError } from '../errors.ts'
import type { Account, PeopleStore, Person } from '../ports/people-store.ts'
import { type AdminsOnly, isAdmin } from './admins.ts'
import { chosen, platformId, readFilled } from './filled.ts'
import { changed } from './note.ts'
import type { Actor, Feature } from './screens.ts'

const MOST_SHOWN = 20

const MEANING: Record<Role, string> = {
  admin: 'changes everything on this screen, and sees all documents and figures',
  executive: 'sees all documents and figures, those on money too',
  manager: 'sees documents for managers, and figures of other teams',
  member: 'sees what is for everyone',
}

const change = z.object({ person: platformId('Choose the person.'), role: chosen(ROLES) })

const FORM: Form = {
  action: 'role',
  value: '',
  title: 'Change a role',
  submit: 'Save',
  text: ROLES.map((role) => `- **${role}** ${MEANING[role]}`).join('\n'),
  fields: [
    { kind: 'person', name: 'person', label: 'Person' },
    {
      kind: 'choice',
      name: 'role',
      label: 'Role',
      options: ROLES.map((role) => ({ value: role, label: role })),
    },
  ],
}

const nameOf = ({ name }: Pick<Person, 'name'>): string => disarm(name) || 'someone without a name'

const cardOf = (people: Person[]): Card => {
  // Who may do more comes first: that is what one looks for.
  const sorted = people.toSorted((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role))
  const count = people.length === 1 ? 'One person has' : `${people.length} people have`
  const more = people.length > MOST_SHOWN ? ` The first ${MOST_SHOWN} are:` : ''
  return {
    id: 'roles',
    title: 'People and roles',
    text: `${count} talked with Cairn. Whoever comes new is a member.${more}`,
    ...(people.length === 0
      ? {}
      : {
          table: {
            caption: 'People and their roles',
            columns: [
              { name: 'Person', kind: 'text' },
              { name: 'Role', kind: 'text' },
            ],
            rows: sorted.slice(0, MOST_SHOWN).map((person) => [nameOf(person), person.role]),
          },
        }),
    buttons: [{ action: 'role', value: '', label: 'Change a role' }],
  }
}

export interface RolesOptions {
  people: Pick<PeopleStore, 'people' | 'meet' | 'setRole'>
  adminsOnly: AdminsOnly
  /** What the platform knows of someone; without it a person who was never met is known by their id alone. */
  profileOf?(actor: Actor, userId: string): Promise<Pick<Account, 'name' | 'verifiedEmail'> | undefined>
}

/** Who may see and change what. */
export const createRoles = ({ people, adminsOnly, profileOf }: RolesOptions): Feature => ({
  cards: async (actor) => (isAdmin(actor) ? [cardOf(await people.people(actor.tenantId))] : []),
  actions: {
    role: (actor) => adminsOnly(actor, async () => ({ show: 'form', form: FORM })),
  },
  submissions: {
    role: (actor, _, filled) =>
      adminsOnly(actor, async () => {
        const { data, wrong } = readFilled(change, filled)
        if (wrong) return wrong
        const { tenantId, platform } = actor
        const { person: userId, role } = data
        const person = await people.meet(tenantId, {
          platform,
          userId,
          ...(await profileOf?.(actor, userId)),
        })
        try {
          await people.setRole(tenantId, person.personId, role, actor.person.personId)
        } catch (error) {
          if (error instanceof AppError && error.code === 'bad_input')
            return { show: 'errors', errors: { role: error.message } }
          throw error
        }
        return changed(`${nameOf(person)} is ${role} now.`)
      }),
  },
})
