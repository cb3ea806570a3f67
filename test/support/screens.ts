import { randomUUID } from 'node:crypto'
import { DEFAULT_POLICY } from '../../src/conversation/engagement.ts'
import type { Role } from '../../src/conversation/people.ts'
import type { Reply } from '../../src/conversation/reply.ts'
import { AppError } from '../../src/errors.ts'
import type { IngestResult } from '../../src/knowledge/ingest.ts'
import type { AuditEntry } from '../../src/ports/audit-log.ts'
import type { ChannelPolicy } from '../../src/ports/channel-store.ts'
import type { Feedback } from '../../src/ports/feedback-store.ts'
import type { KnowledgeDocument, Passage } from '../../src/ports/knowledge-store.ts'
import type { Person } from '../../src/ports/people-store.ts'
import type { SettingValue } from '../../src/ports/settings-store.ts'
import type { AnsweredTurn } from '../../src/ports/thread-store.ts'
import { createScreens } from '../../src/screens/create-screens.ts'
import { type OwnFeaturesOptions, ownFeatures } from '../../src/screens/own-features.ts'
import type { Actor, Filled, Outcome, UploadedFile } from '../../src/screens/screens.ts'
import { aDocument, passage } from './knowledge.ts'
import { projectPlaybook } from './playbook.ts'

const TENANT = 'acme'

export const aReply = (given: Partial<Reply> = {}): Reply => ({
  kind: 'answer',
  text: 'Squads come first. [1]\n- one squad each',
  citations: [
    {
      n: 1,
      type: 'passage',
      passageId: 'squads',
      document: 'Plan',
      section: 'Teams',
      quote: 'Squads come first.',
    },
  ],
  caveats: [],
  ...given,
})

export const aTurn = (given: Partial<AnsweredTurn> = {}): AnsweredTurn => ({
  tenantId: TENANT,
  threadId: 'thread',
  platform: 'web',
  conversationId: 'room',
  turnId: randomUUID(),
  question: 'What comes first?',
  reply: aReply(),
  composer: 'extractive',
  timings: {},
  answeredAt: new Date('2026-03-01T10:00:00Z'),
  ...given,
})

export const filled = (values: Record<string, string>, files: UploadedFile[] = []): Filled => ({
  values,
  files,
})

/** The outcome as the kind that the test expects. */
export const shown = <Kind extends Outcome['show']>(
  outcome: Outcome,
  kind: Kind,
): Extract<Outcome, { show: Kind }> => {
  if (outcome.show !== kind) throw new Error(`expected ${kind}, found ${JSON.stringify(outcome)}`)
  return outcome as Extract<Outcome, { show: Kind }>
}

/** Stores of one organization in memory, the screens over them, and people to use these. */
export const aWorld = async (given: Partial<OwnFeaturesOptions> = {}) => {
  const people: Person[] = []
  const turns: AnsweredTurn[] = []
  const feedback: Feedback[] = []
  const policies: ChannelPolicy[] = []
  const documents: KnowledgeDocument[] = [aDocument({ id: 'playbook:x', title: 'Phases', origin: 'phases' })]
  const passages: Passage[] = []
  const stored: Record<string, SettingValue> = {}
  const written: string[] = []
  const audited: AuditEntry[] = []
  const added: IngestResult[] = []
  const ofTenant = <T>(tenantId: string, value: T): T | undefined => (tenantId === TENANT ? value : undefined)

  const options: OwnFeaturesOptions = {
    playbook: await projectPlaybook(),
    threads: {
      turn: async (tenantId, turnId) => ofTenant(tenantId, turns)?.find((turn) => turn.turnId === turnId),
      retire: async (tenantId, turnId) => {
        const at = ofTenant(tenantId, turns)?.findIndex((turn) => turn.turnId === turnId) ?? -1
        return at >= 0 && turns.splice(at, 1).length > 0
      },
      recentTurns: async (_, personId, limit) =>
        turns.filter((turn) => turn.personId === personId).slice(0, limit),
    },
    knowledge: {
      documents: async () => documents,
      passage: async (_, passageId, audiences) =>
        passages.find(
          ({ id, documentId, origin }) =>
            id === passageId &&
            (origin !== 'file' ||
              documents.some(
                (document) => document.id === documentId && audiences.includes(document.audience),
              )),
        ),
    },
    people: {
      people: async () => people,
      meet: async (_, { userId, name = '' }) => {
        const known = people.find(({ personId }) => personId === userId)
        if (known) return known
        const person: Person = { personId: userId, name, role: 'member' }
        people.push(person)
        return person
      },
      setRole: async (_, personId, role) => {
        const person = people.find((one) => one.personId === personId) as Person
        const admins = people.filter((one) => one.role === 'admin')
        if (role !== 'admin' && admins.length === 1 && admins[0] === person)
          throw new AppError('bad_input', 'No admin would be left; make someone else an admin first.')
        person.role = role
      },
    },
    channels: {
      policyOf: async (_, { conversationId }) =>
        policies.find((one) => one.conversationId === conversationId)?.policy ?? DEFAULT_POLICY,
      setPolicy: async (_, key, policy) => void policies.push({ ...key, policy }),
      policies: async () => policies,
    },
    feedback: {
      record: async (_, opinion) => {
        feedback.push(opinion)
        return turns.some(({ turnId }) => turnId === opinion.turnId)
      },
    },
    settings: {
      all: async () => stored,
      put: async (_, name, value, by) => {
        stored[name] = value
        written.push(`${by} put ${name} ${value}`)
      },
      reset: async (_, name, by) => {
        written.push(`${by} reset ${name}`)
        return delete stored[name]
      },
    },
    audit: { record: async (_, entry) => void audited.push(entry) },
    addDocument: async (_, name, bytes, audience) => {
      const result: IngestResult =
        bytes.length > 0
          ? { path: name, outcome: 'added', passages: 3, audience }
          : { path: name, outcome: 'failed', passages: 0, reason: 'the file is empty' }
      added.push(result)
      return result
    },
    removeDocument: async (_, documentId) => {
      const at = documents.findIndex(({ id }) => id === documentId)
      return at >= 0 && documents.splice(at, 1).length > 0
    },
    ...given,
  }

  /** Someone of that role, in a channel of the organization unless told. */
  const actor = (role: Role, where: Partial<Omit<Actor, 'person'>> = {}, name = 'Ada'): Actor => {
    const personId = randomUUID()
    const person = { personId, name, role }
    people.push(person)
    return {
      tenantId: TENANT,
      person,
      platform: 'web',
      userId: personId,
      conversationId: 'room',
      room: 'organization',
      ...where,
    }
  }

  /** A document of the organization that is for these people, with the passage that `aReply` cites. */
  const addPlan = (audience: KnowledgeDocument['audience'], body = 'Squads come first.\nThen tribes.') => {
    documents.push(aDocument({ id: 'chat:plan.md', title: 'Plan', audience }))
    passages.push(
      passage('squads', body, {
        documentId: 'chat:plan.md',
        document: 'Plan',
        section: 'Teams',
        origin: 'file',
      }),
    )
  }

  return {
    options,
    screens: createScreens(ownFeatures(options)),
    actor,
    addPlan,
    people,
    turns,
    feedback,
    policies,
    documents,
    passages,
    stored,
    written,
    audited,
    added,
  }
}

export type World = Awaited<ReturnType<typeof aWorld>>
