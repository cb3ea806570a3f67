import { z } from 'zod'
import { type Audience, audiencesOf } from '../conversation/people.ts'
import type { AnsweredTurn, ThreadStore } from '../ports/thread-store.ts'
import type { Actor } from './screens.ts'

/** What is said of a turn that does not exist, and of one that the actor has never seen: they sound alike. */
export const GONE = 'That answer is not here any more.'

/**
 * The audiences whose passages may be shown on the actor's own screen. Among outsiders, whoever has no role beyond
 * member may be one of them.
 */
export const ownAudiences = ({ person: { role }, room }: Actor): readonly Audience[] =>
  audiencesOf({ role, room: room === 'outsiders' && role === 'member' ? room : 'private' })

/** Whether the actor asked the turn's question. */
export const isAsker = ({ person }: Actor, { personId }: AnsweredTurn): boolean =>
  personId === person.personId

/** The turn of an id from outside; undefined when it is none. */
export const findTurn = async (
  threads: Pick<ThreadStore, 'turn'>,
  { tenantId }: Actor,
  turnId: string,
): Promise<AnsweredTurn | undefined> =>
  z.uuid().safeParse(turnId).success ? threads.turn(tenantId, turnId) : undefined

/** The turn, when the actor has seen it: they asked, or it was answered where they are. */
export const findSeenTurn = async (
  threads: Pick<ThreadStore, 'turn'>,
  actor: Actor,
  turnId: string,
): Promise<AnsweredTurn | undefined> => {
  const turn = await findTurn(threads, actor, turnId)
  if (!turn || isAsker(actor, turn)) return turn
  return turn.platform === actor.platform && turn.conversationId === actor.conversationId ? turn : undefined
}
