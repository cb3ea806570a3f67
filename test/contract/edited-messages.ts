import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type {
  InboundMessage,
  Lease,
  Post,
  PostBody,
  Revision,
  ThreadKey,
  ThreadStore,
  TurnRecord,
  WaitingMessage,
  WaitingPost,
} from '../../src/ports/thread-store.ts'
import { aMessage, anEcho } from '../support/threads.ts'
import type { ThreadStoreSubject } from './thread-store.ts'

const ROUNDS = 20

const anEdit = (text: string, given: Partial<Revision> = {}): Revision => ({
  eventId: randomUUID(),
  text,
  occurredAt: new Date(),
  ...given,
})

const replyOf = ({ sequence }: WaitingMessage, turn: TurnRecord, part?: number): Post => ({
  idempotencyKey: `reply:${sequence}${part === undefined ? '' : `:${part}`}`,
  body: { kind: 'reply', reply: turn.reply, turnId: turn.turnId },
})
const noticeOf = ({ sequence }: WaitingMessage): Post => ({
  idempotencyKey: `notice:${sequence}`,
  body: { kind: 'notice', text: 'for you alone', onlyFor: 'U1' },
})

/** What every store of threads does with messages that are edited or deleted, and with answers that are. */
export const editedMessagesContract = (name: string, open: () => Promise<ThreadStoreSubject>): void => {
  describe(`edited and deleted messages on ${name}`, () => {
    let subject: ThreadStoreSubject
    let store: ThreadStore
    let key: ThreadKey
    let lease: Lease
    let asked: InboundMessage
    beforeAll(async () => {
      subject = await open()
      store = subject.store
    })
    beforeEach(async () => {
      key = { tenantId: await subject.newTenant(), threadId: 'thread' }
      asked = aMessage({ text: 'first' })
      await store.accept(key.tenantId, asked)
      lease = await taken()
    })
    afterAll(() => subject?.close())

    const taken = async () => (await store.lease(key, 60)) as Lease
    const next = async () => (await store.nextMessage(lease)) as WaitingMessage
    const nextPost = async () => (await store.nextPost(lease)) as WaitingPost
    const edited = (text: string, given: Partial<Revision> = {}) =>
      store.revise(key.tenantId, asked, anEdit(text, given))
    const deleted = () => store.retract(key.tenantId, asked)
    const questions = async () => (await store.transcript(key, 100)).map(({ question }) => question)

    const finished = async (message: WaitingMessage, parts: (number | undefined)[] = [undefined]) => {
      const turn = anEcho(message)
      const posts = parts.map((part) => replyOf(message, turn, part))
      expect(await store.finish(lease, message, turn, posts)).toBe(true)
      return turn
    }
    /** Hands the next post over, and has the platform say where it arrived. */
    const arrived = async (platformMessageId: string): Promise<PostBody> => {
      const post = await nextPost()
      expect(await store.markSent(lease, post)).toBe(true)
      await store.settle(post, { state: 'confirmed', platformMessageId })
      return post.body
    }
    /** An answered message, each of its posts in a message of its own: M1, M2 and so on. */
    const answered = async (parts: (number | undefined)[] = [undefined]) => {
      const message = await next()
      const turn = await finished(message, parts)
      for (const index of parts.keys()) await arrived(`M${index + 1}`)
      return { message, turn }
    }
    /** The messages that are taken back by what waits now. */
    const removed = async (): Promise<string[]> => {
      const ids = []
      for (let post = await nextPost(); post; post = await nextPost()) {
        if (post.body.kind !== 'removal') throw new Error(`${post.idempotencyKey} is no removal`)
        ids.push(post.body.platformMessageId)
        await store.markSent(lease, post)
        await store.settle(post, { state: 'confirmed', platformMessageId: post.body.platformMessageId })
      }
      return ids.sort()
    }

    describe('an edit', () => {
      test('of a message that waits is what will be answered, in its old place', async () => {
        await store.accept(
          key.tenantId,
          aMessage({ text: 'another', occurredAt: new Date(Date.now() + 1_000) }),
        )
        expect(await edited('second', { occurredAt: new Date(Date.now() + 5_000) })).toBe('revised')
        const message = await next()
        expect(message).toMatchObject({ text: 'second', attempts: 1, messageId: asked.messageId })
        expect(message.occurredAt).toEqual(asked.occurredAt)
        await finished(message)
        await finished(await next())
        expect(await questions()).toEqual(['second', 'another'])
        expect(await store.nextMessage(lease)).toBeUndefined()
      })

      test('while it is being answered lets no answer to the old text out', async () => {
        const old = await next()
        await next()
        await store.noteLive(lease, old, 'M1')
        expect(await edited('second')).toBe('revised')
        const turn = anEcho(old)
        expect(await store.finish(lease, old, turn, [replyOf(old, turn)])).toBe(false)
        expect(await store.giveUp(lease, old, 'failed', [replyOf(old, turn)])).toBe(false)
        expect(await store.ignore(lease, old, 'nothing to cite')).toBe(false)
        expect(await store.nextPost(lease)).toBeUndefined()
        expect((await store.release(lease, 0))?.dueInMs).toBe(0)
        expect(await store.due(1_000)).toContainEqual(key)
        lease = await taken()
        const message = await next()
        expect(message).toMatchObject({ text: 'second', attempts: 1, liveMessageId: 'M1' })
        await finished(message)
        expect(await questions()).toEqual(['second'])
      })

      test('is not answered from the journal of the old text, which is not kept', async () => {
        const journalOf = ({ sequence }: WaitingMessage) => subject.journals.of(key.tenantId, sequence)
        const old = await next()
        await journalOf(old).save({ said: 'first' })
        await edited('second')
        expect(await journalOf(old).load()).toBeUndefined()
        // Its worker has not noticed yet.
        await journalOf(old).save({ said: 'first' })
        expect(await store.finish(lease, old, anEcho(old), [])).toBe(false)
        expect(await journalOf(old).load()).toBeUndefined()
        const message = await next()
        await journalOf(message).save({ said: 'second' })
        await deleted()
        expect(await journalOf(message).load()).toBeUndefined()
      })

      test('of a message that was answered has it answered anew, in the same place', async () => {
        const person = randomUUID()
        asked = aMessage({ text: 'mine', personId: person, userId: 'U1', engagement: 'if_cited' })
        await store.retract(key.tenantId, await next())
        await store.accept(key.tenantId, asked)
        const { turn } = await answered()
        await store.release(lease, 0)
        expect(await edited('second')).toBe('revised')
        expect(await store.due(1_000)).toContainEqual(key)
        expect(await questions()).toEqual([])
        expect(await store.turn(key.tenantId, turn.turnId)).toBeUndefined()
        lease = await taken()
        const { threadId, personId, userId, engagement, conversationId, messageId } = asked
        expect(await next()).toMatchObject({
          ...{ text: 'second', liveMessageId: 'M1', attempts: 1 },
          ...{ threadId, personId, userId, engagement, conversationId, messageId },
        })
        expect(await store.nextPost(lease)).toBeUndefined()
      })

      test('takes the further posts of a long answer back, and of no other message', async () => {
        const { message } = await answered([undefined, 2, 3])
        // As texts, these begin with its sequence.
        for (const other of [`reply:${message.sequence}0`, `reply:${message.sequence}0:2`]) {
          await store.intend(key, { idempotencyKey: other, body: { kind: 'notice', text: 'of another' } })
          await arrived(other)
        }
        await edited('second')
        expect(await removed()).toEqual(['M2', 'M3'])
        const again = await next()
        expect(again.liveMessageId).toBe('M1')
        expect(again.sequence).not.toBe(message.sequence)
        await finished(again, [undefined, 2])
        await arrived('M1')
        await arrived('M4')
        await edited('third')
        expect(await removed()).toEqual(['M4'])
        expect((await next()).liveMessageId).toBe('M1')
      })

      test('drops an answer that was not handed over yet', async () => {
        const message = await next()
        const turn = anEcho(message)
        await store.finish(lease, message, turn, [replyOf(message, turn), noticeOf(message)])
        const late = await nextPost()
        await edited('second')
        expect(await store.nextPost(lease)).toBeUndefined()
        expect(await store.markSent(lease, late)).toBe(false)
        expect((await next()).liveMessageId).toBeUndefined()
      })

      test('completes what was shown of an answer that was not handed over yet', async () => {
        const message = await next()
        await store.noteLive(lease, message, 'M1')
        await finished(message)
        await edited('second')
        expect(await removed()).toEqual([])
        expect((await next()).liveMessageId).toBe('M1')
      })

      test('has an answer that is on its way taken back where it arrives, and makes a new message', async () => {
        const message = await next()
        await finished(message)
        const post = await nextPost()
        await store.markSent(lease, post)
        await edited('second')
        expect((await next()).liveMessageId).toBeUndefined()
        await store.settle(post, { state: 'confirmed', platformMessageId: 'M1' })
        expect(await removed()).toEqual(['M1'])
      })

      test('does not try an answer again that did not arrive', async () => {
        const message = await next()
        await finished(message)
        const post = await nextPost()
        await store.markSent(lease, post)
        await edited('second')
        await store.settle(post, { state: 'intended', reason: 'limited', delayMs: 0 })
        expect(await store.nextPost(lease)).toBeUndefined()
      })

      test('takes an answer back that turns up late', async () => {
        const message = await next()
        await finished(message)
        const post = await nextPost()
        await store.markSent(lease, post)
        await store.settle(post, { state: 'uncertain', reason: 'nobody knows' })
        await edited('second')
        expect(await removed()).toEqual([])
        await store.settle(post, { state: 'confirmed', platformMessageId: 'M1' })
        expect(await removed()).toEqual(['M1'])
      })

      test('completes the message into which an answer is on its way', async () => {
        const message = await next()
        await store.noteLive(lease, message, 'M1')
        const turn = anEcho(message)
        const { idempotencyKey, body } = replyOf(message, turn)
        const into = { ...body, liveMessageId: 'M1' } as PostBody
        await store.finish(lease, message, turn, [{ idempotencyKey, body: into }])
        const post = await nextPost()
        await store.markSent(lease, post)
        await edited('second')
        expect((await next()).liveMessageId).toBe('M1')
        await store.settle(post, { state: 'confirmed', platformMessageId: 'M1' })
        expect(await removed()).toEqual([])
      })

      test('of a message that was ignored, given up or is too old has it answered', async () => {
        await store.ignore(lease, await next(), 'nothing to cite')
        expect(await edited('second')).toBe('revised')
        const message = await next()
        await store.giveUp(lease, message, 'failed', [
          { idempotencyKey: `reply:${message.sequence}`, body: { kind: 'notice', text: 'sorry' } },
        ])
        await arrived('M1')
        expect(await edited('third')).toBe('revised')
        expect(await next()).toMatchObject({ text: 'third', liveMessageId: 'M1' })
        asked = aMessage({ text: 'old', occurredAt: new Date(Date.now() - 48 * 3_600_000) })
        expect(await store.accept(key.tenantId, asked)).toBe('stale')
        expect(await edited('old, and edited')).toBe('revised')
        expect(await next()).toMatchObject({ text: 'old, and edited' })
      })

      test('with the same text changes nothing, also after the answer', async () => {
        expect(await edited('first')).toBe('unchanged')
        const { turn } = await answered()
        expect(await edited('first')).toBe('unchanged')
        expect(await store.nextMessage(lease)).toBeUndefined()
        expect(await store.turn(key.tenantId, turn.turnId)).toBeDefined()
      })

      test('that is delivered again changes nothing, whatever came after it', async () => {
        const second = anEdit('second')
        const twice = [1, 2].map(() => store.revise(key.tenantId, asked, second))
        expect((await Promise.all(twice)).sort()).toEqual(['revised', 'unchanged'])
        await edited('third')
        expect(await store.revise(key.tenantId, asked, second)).toBe('unchanged')
        await answered()
        expect(await questions()).toEqual(['third'])
        expect(await store.revise(key.tenantId, asked, { ...second, text: 'fourth' })).toBe('unchanged')
        expect(await store.nextMessage(lease)).toBeUndefined()
      })

      test('that was made before the last one and comes after it changes nothing', async () => {
        const [before, after] = [new Date(Date.now() + 1_000), new Date(Date.now() + 2_000)]
        expect(await edited('third', { occurredAt: after })).toBe('revised')
        expect(await edited('second', { occurredAt: before })).toBe('unchanged')
        expect((await next()).text).toBe('third')
      })

      test('of a message that nobody knows, or of another tenant, says so', async () => {
        expect(await store.revise(key.tenantId, { ...asked, messageId: 'none' }, anEdit('x'))).toBe('unknown')
        expect(await store.revise(key.tenantId, { ...asked, platform: 'teams' }, anEdit('x'))).toBe('unknown')
        expect(await store.revise(await subject.newTenant(), asked, anEdit('x'))).toBe('unknown')
        expect((await next()).text).toBe('first')
      })

      test('does not make its message another one', async () => {
        await edited('second')
        expect(await store.accept(key.tenantId, { ...asked, eventId: 'again' })).toBe('duplicate')
        await answered()
        await edited('third')
        expect(await store.accept(key.tenantId, { ...asked, eventId: 'again' })).toBe('duplicate')
        expect((await next()).text).toBe('third')
        expect(await store.nextMessage(lease)).toMatchObject({ text: 'third', attempts: 2 })
      })

      test('is refused when it is too large, and kept whole otherwise', async () => {
        await expect(edited('x'.repeat(1_048_577))).rejects.toMatchObject({ code: 'bad_input' })
        const text = `'; drop table inbox; -- \\ $1 🗿\n\t`
        await edited(text)
        expect((await next()).text).toBe(text)
        expect(await edited(text)).toBe('unchanged')
        await edited('NUL \0 inside')
        expect(await edited('NUL \0 inside')).toBe('unchanged')
      })

      test('two at once: the one made last holds, and one answer is made', async () => {
        for (let round = 0; round < ROUNDS; round++) {
          const at = (later: number) => ({ occurredAt: new Date(Date.now() + round * 10_000 + later) })
          const outcomes = await Promise.all([
            edited(`early ${round}`, at(1)),
            edited(`late ${round}`, at(2)),
          ])
          expect(outcomes[1]).toBe('revised')
          const message = await next()
          expect(message.text).toBe(`late ${round}`)
          await finished(message)
          expect(await store.nextMessage(lease)).toBeUndefined()
          expect(await questions()).toEqual([`late ${round}`])
        }
      })

      test('at the moment of the answer: the last text is answered, once', async () => {
        for (let round = 0; round < ROUNDS; round++) {
          const message = await next()
          const turn = anEcho(message)
          const [isFinished, outcome] = await Promise.all([
            store.finish(lease, message, turn, [replyOf(message, turn)]),
            edited(`round ${round}`),
          ])
          expect(outcome).toBe('revised')
          // Whichever came first: nothing of the old text is left, and the new one waits.
          expect(await questions(), `finished: ${isFinished}`).toEqual([])
          expect(await store.nextPost(lease)).toBeUndefined()
        }
        expect((await next()).text).toBe(`round ${ROUNDS - 1}`)
      })

      test('at the moment of being taken: what is taken is not the old text', async () => {
        for (let round = 0; round < ROUNDS; round++) {
          const before = await next()
          const takes = async () => {
            const messages = []
            for (let left = 8; left > 0; left--) messages.push(await store.nextMessage(lease))
            return messages
          }
          const [messages] = await Promise.all([takes(), edited(`round ${round}`)])
          for (const message of messages)
            if (message) expect([before.text, `round ${round}`]).toContain(message.text)
          expect(await store.finish(lease, before, anEcho(before), [])).toBe(false)
          expect((await next()).text).toBe(`round ${round}`)
        }
      })

      test('at the moment at which an answer arrives: it stands there, or is taken back', async () => {
        for (let round = 0; round < ROUNDS; round++) {
          await finished(await next())
          const post = await nextPost()
          await store.markSent(lease, post)
          const outcome = { state: 'confirmed', platformMessageId: `M${round}` } as const
          await Promise.all([store.settle(post, outcome), edited(`round ${round}`)])
          const gone = await removed()
          const { liveMessageId } = await next()
          expect([...gone, ...(liveMessageId === undefined ? [] : [liveMessageId])]).toContain(`M${round}`)
        }
      })
    })

    describe('what is shown of an answer', () => {
      test('is known to whoever goes on with the message', async () => {
        const message = await next()
        expect(message.liveMessageId).toBeUndefined()
        expect(await store.noteLive(lease, message, 'M1')).toBe(true)
        expect(await store.noteLive(lease, message, 'M1')).toBe(true)
        await store.release(lease, 0)
        lease = await taken()
        expect((await next()).liveMessageId).toBe('M1')
        expect(await removed()).toEqual([])
      })

      test('is taken back where another message takes its place', async () => {
        const message = await next()
        await store.noteLive(lease, message, 'M1')
        expect(await store.noteLive(lease, message, 'M2')).toBe(true)
        expect(await removed()).toEqual(['M1'])
        expect((await next()).liveMessageId).toBe('M2')
      })

      test('belongs to the new text when the message was edited meanwhile', async () => {
        const message = await next()
        await edited('second')
        expect(await store.noteLive(lease, message, 'M1')).toBe(true)
        expect(await next()).toMatchObject({ text: 'second', liveMessageId: 'M1' })
      })

      test('is taken back when the lease was lost, unless it is in use', async () => {
        const message = await next()
        await store.noteLive(lease, message, 'M1')
        const lost = lease
        await store.release(lease, 0)
        lease = await taken()
        expect(await store.noteLive(lost, message, 'M1')).toBe(false)
        expect(await store.noteLive(lost, message, 'M2')).toBe(false)
        expect(await removed()).toEqual(['M2'])
        expect((await next()).liveMessageId).toBe('M1')
      })

      test('is kept where the answer that goes into it was quicker', async () => {
        const message = await next()
        const turn = anEcho(message)
        const { idempotencyKey, body } = replyOf(message, turn)
        const into = { ...body, liveMessageId: 'M1' } as PostBody
        await store.finish(lease, message, turn, [{ idempotencyKey, body: into }])
        expect(await store.noteLive(lease, message, 'M1')).toBe(false)
        await arrived('M1')
        expect(await store.noteLive(lease, message, 'M2')).toBe(false)
        expect(await removed()).toEqual(['M2'])
      })

      test('is taken back when nothing is answered after all', async () => {
        const message = await next()
        await store.noteLive(lease, message, 'M1')
        expect(await store.ignore(lease, message, 'nothing to cite')).toBe(true)
        expect(await removed()).toEqual(['M1'])
        expect(await store.nextMessage(lease)).toBeUndefined()
        expect(await questions()).toEqual([])
        expect(await store.ignore(lease, message, 'twice')).toBe(false)
      })

      test('is taken back with the answer to an edited message that needs none', async () => {
        await answered()
        await edited('thanks')
        await store.ignore(lease, await next(), 'nothing to cite')
        expect(await removed()).toEqual(['M1'])
        await edited('what else?')
        expect((await next()).liveMessageId).toBeUndefined()
      })
    })

    describe('a deletion', () => {
      test('of a message that waits: it is not answered', async () => {
        expect(await deleted()).toBe(true)
        expect(await store.nextMessage(lease)).toBeUndefined()
        expect(await store.release(lease, 0)).toBeUndefined()
        expect(await deleted()).toBe(true)
        expect(await edited('second')).toBe('unknown')
        expect(await store.accept(key.tenantId, asked)).toBe('duplicate')
        expect(await store.nextMessage(await taken())).toBeUndefined()
      })

      test('while it is being answered: no answer comes out, and what was shown goes', async () => {
        const message = await next()
        await store.noteLive(lease, message, 'M1')
        await store.release(lease, 60_000)
        lease = await taken()
        expect(await deleted()).toBe(true)
        expect(await store.due(1_000)).not.toContainEqual(key)
        const turn = anEcho(message)
        expect(await store.finish(lease, message, turn, [replyOf(message, turn)])).toBe(false)
        expect(await store.noteLive(lease, message, 'M2')).toBe(false)
        expect(await removed()).toEqual(['M1', 'M2'])
        expect(await questions()).toEqual([])
      })

      test('of a message that was answered takes all of its answer back, in every revision', async () => {
        await answered([undefined, 2])
        await edited('second')
        expect(await removed()).toEqual(['M2'])
        const again = await next()
        await finished(again, [undefined, 2])
        await arrived('M1')
        await arrived('M3')
        await store.release(lease, 0)
        expect(await deleted()).toBe(true)
        expect(await store.due(1_000)).toContainEqual(key)
        expect(await questions()).toEqual([])
        lease = await taken()
        expect(await removed()).toEqual(['M1', 'M3'])
        expect(await deleted()).toBe(true)
        expect(await removed()).toEqual([])
      })

      test('drops what was not handed over, and has what is on its way follow', async () => {
        const message = await next()
        const turn = anEcho(message)
        const posts = [replyOf(message, turn), replyOf(message, turn, 2), noticeOf(message)]
        await store.finish(lease, message, turn, posts)
        const post = await nextPost()
        await store.markSent(lease, post)
        await deleted()
        await store.settle(post, { state: 'confirmed', platformMessageId: 'M1' })
        expect(await removed()).toEqual(['M1'])
      })

      test('at the moment at which an answer arrives: it is taken back, also when it comes twice', async () => {
        for (let round = 0; round < ROUNDS; round++) {
          await finished(await next())
          const post = await nextPost()
          await store.markSent(lease, post)
          if (round % 2) await deleted()
          const outcome = { state: 'confirmed', platformMessageId: `M${round}` } as const
          await Promise.all([deleted(), store.settle(post, outcome), deleted()])
          expect(await removed()).toEqual([`M${round}`])
          asked = aMessage()
          await store.accept(key.tenantId, asked)
        }
      })

      test('leaves a notice to one person, which no platform takes back', async () => {
        const message = await next()
        await store.finish(lease, message, anEcho(message), [noticeOf(message)])
        await arrived('N1')
        await deleted()
        expect(await removed()).toEqual([])
      })

      test('leaves other messages of the thread alone', async () => {
        const others = [aMessage({ text: 'answered' }), aMessage({ text: 'waits' })]
        await answered()
        await store.accept(key.tenantId, others[0] as InboundMessage)
        await finished(await next())
        await arrived('O1')
        await store.accept(key.tenantId, others[1] as InboundMessage)
        await deleted()
        expect(await removed()).toEqual(['M1'])
        expect(await questions()).toEqual(['answered'])
        expect((await next()).text).toBe('waits')
      })

      test('of a message that nobody knows, or of another tenant, says so', async () => {
        expect(await store.retract(key.tenantId, { ...asked, messageId: 'none' })).toBe(false)
        expect(await store.retract(await subject.newTenant(), asked)).toBe(false)
        expect((await next()).text).toBe('first')
      })

      test('at the moment of the answer: nothing of it is left', async () => {
        for (let round = 0; round < ROUNDS; round++) {
          const message = await next()
          const turn = anEcho(message)
          const [, , gone] = await Promise.all([
            store.noteLive(lease, message, `L${round}`),
            store.finish(lease, message, turn, [replyOf(message, turn)]),
            deleted(),
          ])
          expect(gone).toBe(true)
          expect(await questions()).toEqual([])
          expect(await store.nextMessage(lease)).toBeUndefined()
          expect(await removed()).toEqual([`L${round}`])
          asked = aMessage()
          await store.accept(key.tenantId, asked)
        }
      })
    })

    describe('an answer', () => {
      test('is deleted on the record, with its posts, and the message is not answered again', async () => {
        const { turn } = await answered([undefined, 2])
        const by = randomUUID()
        await store.release(lease, 0)
        expect(await store.retire(await subject.newTenant(), turn.turnId, by)).toBe(false)
        expect(await store.retire(key.tenantId, turn.turnId, by)).toBe(true)
        expect(await store.retire(key.tenantId, turn.turnId, by)).toBe(false)
        expect(await store.retire(key.tenantId, randomUUID(), undefined)).toBe(false)
        expect(await store.due(1_000)).toContainEqual(key)
        lease = await taken()
        expect(await removed()).toEqual(['M1', 'M2'])
        expect(await questions()).toEqual([])
        expect(await store.nextMessage(lease)).toBeUndefined()
        expect(await subject.audited(key.tenantId)).toEqual([
          { personId: by, action: 'answer.deleted', subject: 'thread', detail: { turnId: turn.turnId } },
        ])
      })

      test('that is deleted is not where an edited message is answered', async () => {
        const message = await next()
        await store.noteLive(lease, message, 'M1')
        const turn = await finished(message)
        await arrived('M1')
        await store.retire(key.tenantId, turn.turnId, undefined)
        expect(await removed()).toEqual(['M1'])
        expect(await edited('second')).toBe('revised')
        expect((await next()).liveMessageId).toBeUndefined()
      })

      test('deleted by ten at once is recorded once', async () => {
        const { turn } = await answered()
        const all = await Promise.all(
          Array.from({ length: 10 }, () => store.retire(key.tenantId, turn.turnId, undefined)),
        )
        expect(all.filter(Boolean)).toHaveLength(1)
        expect(await subject.audited(key.tenantId)).toHaveLength(1)
      })
    })
  })
}
