import { sql } from 'kysely'
import type { AnsweredTurn, ThreadKey, TurnRecord, WaitingMessage } from '../../ports/thread-store.ts'
import { recordIn } from './audit-log.ts'
import { storable } from './searchable-text.ts'
import type { Trx } from './thread-row.ts'
import { type WithNulls, withoutNulls } from './without-nulls.ts'

/** Writes the turn on a message, and that it was answered. */
export const insertTurn = async (
  trx: Trx,
  { tenantId, threadId }: ThreadKey,
  { sequence, personId }: WaitingMessage,
  turn: TurnRecord,
): Promise<void> => {
  await trx
    .insertInto('turns')
    .values({
      tenant_id: tenantId,
      turn_id: turn.turnId,
      thread_id: threadId,
      sequence,
      person_id: personId ?? null,
      question: storable(turn.question),
      reply: storable(JSON.stringify(turn.reply)),
      composer: turn.composer,
      prompt_version: turn.promptVersion ?? null,
      timings: JSON.stringify(turn.timings),
    })
    .execute()
  await recordIn(trx, tenantId, {
    ...(personId === undefined ? {} : { personId }),
    action: 'question.answered',
    subject: threadId,
    detail: {
      turnId: turn.turnId,
      kind: turn.reply.kind,
      cited: [...new Set(turn.reply.citations.map(({ passageId }) => passageId))],
    },
  })
}

/** The latest turns of a thread, oldest first. */
export const transcriptOf = async (trx: Trx, threadId: string, limit: number): Promise<TurnRecord[]> => {
  const { rows } = await sql<TurnRecord>`
    select turn_id as "turnId", question, reply, composer, timings from (
      select * from turns where thread_id = ${threadId} order by answered_at desc, sequence desc limit ${limit}
    ) latest order by answered_at, sequence`.execute(trx)
  return rows
}

const ANSWERED = sql`
  select turns.tenant_id as "tenantId", thread_id as "threadId", platform, conversation_id as "conversationId",
    turn_id as "turnId", person_id as "personId", question, reply, composer, prompt_version as "promptVersion", timings,
    answered_at as "answeredAt"
  from turns join threads using (tenant_id, thread_id)`

export const turnOf = async (trx: Trx, turnId: string): Promise<AnsweredTurn | undefined> => {
  const { rows } = await sql<WithNulls<AnsweredTurn>>`${ANSWERED} where turn_id = ${turnId}::uuid`.execute(
    trx,
  )
  return rows[0] && withoutNulls<AnsweredTurn>(rows[0])
}

/** What a person was answered last, newest first. */
export const turnsOfPerson = async (trx: Trx, personId: string, limit: number): Promise<AnsweredTurn[]> => {
  const { rows } = await sql<WithNulls<AnsweredTurn>>`
    ${ANSWERED} where person_id = ${personId}::uuid order by answered_at desc, sequence desc limit ${limit}`.execute(
    trx,
  )
  return rows.map((row) => withoutNulls<AnsweredTurn>(row))
}
