import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AuditEntry } from '../../src/ports/audit-log.ts'
import type {
  Lease,
  ThreadKey,
  ThreadStore,
  WaitingMessage,
  WaitingPost,
} from '../../src/ports/thread-store.ts'
import type { TurnJournals } from '../../src/ports/turn-journal.ts'
import { aMessage, anEcho } from '../support/threads.ts'

export interface ThreadStoreSubject {
  /** `settleMs` of this store is 0: what was handed over is looked for at once. */
  store: ThreadStore
  newTenant: () => Promise<string>
  journals: TurnJournals
  /** What was recorded of a tenant, answered questions aside. */
  audited: (tenantId: string) => Promise<AuditEntry[]>
  close: () => Promise<void>
}

const NOTICE = { kind: 'notice', text: 'hello' } as const
const HOUR = 3_600_000

/** What every store of threads does, whatever it is made of. */
export const threadStoreContract = (name: string, open: () => Promise<ThreadStoreSubject>): void => {
  describe(`thread store on ${name}`, () => {
    let subject: ThreadStoreSubject
    let store: ThreadStore
    let key: ThreadKey
    beforeAll(async () => {
      subject = await open()
      store = subject.store
    })
    beforeEach(async () => {
      key = { tenantId: await subject.newTenant(), threadId: 'thread' }
    })
    afterAll(() => subject?.close())

    const taken = async (): Promise<Lease> => (await store.lease(key, 60)) as Lease
    const accepted = (given: Parameters<typeof aMessage>[0] = {}) =>
      store.accept(key.tenantId, aMessage(given))
    const answered = async (lease: Lease): Promise<WaitingMessage> => {
      const message = (await store.nextMessage(lease)) as WaitingMessage
      const post = { idempotencyKey: `reply:${message.sequence}`, body: NOTICE }
      expect(await store.finish(lease, message, anEcho(message), [post])).toBe(true)
      return message
    }

    test('a message is written once, by its event and by its place', async () => {
      const message = aMessage()
      expect(await store.accept(key.tenantId, message)).toBe('accepted')
      expect(await store.accept(key.tenantId, message)).toBe('duplicate')
      expect(await store.accept(key.tenantId, { ...message, eventId: 'another' })).toBe('duplicate')
      expect(await store.accept(key.tenantId, { ...message, messageId: 'another' })).toBe('duplicate')
      const other = await subject.newTenant()
      expect(await store.accept(other, message)).toBe('accepted')
    })

    test('twenty deliveries of one event at once leave one message', async () => {
      const message = aMessage()
      const all = await Promise.all(Array.from({ length: 20 }, () => store.accept(key.tenantId, message)))
      expect(all.filter((acceptance) => acceptance === 'accepted')).toHaveLength(1)
    })

    test('messages come in the order in which they were written', async () => {
      const now = Date.now()
      for (const [text, age] of [
        ['second', 1_000],
        ['first', 2_000],
        ['third', 0],
      ] as const)
        await accepted({ text, occurredAt: new Date(now - age) })
      const lease = await taken()
      const texts = []
      for (let left = 3; left > 0; left--) texts.push((await answered(lease)).text)
      expect(texts).toEqual(['first', 'second', 'third'])
      expect(await store.nextMessage(lease)).toBeUndefined()
      expect((await store.transcript(key, 2)).map(({ question }) => question)).toEqual(['second', 'third'])
    })

    test('a year-old message is kept and not answered', async () => {
      expect(await accepted({ occurredAt: new Date(Date.now() - 365 * 24 * HOUR) })).toBe('stale')
      expect(await store.lease(key, 60)).toBeDefined()
      expect(await store.due(100)).not.toContainEqual(key)
    })

    test('an event that comes again after its answer wakes nobody', async () => {
      const message = aMessage()
      await store.accept(key.tenantId, message)
      const lease = await taken()
      await answered(lease)
      const post = (await store.nextPost(lease)) as WaitingPost
      await store.markSent(lease, post)
      await store.settle(post, { state: 'confirmed', platformMessageId: 'm' })
      await store.release(lease, 0)
      expect(await store.accept(key.tenantId, message)).toBe('duplicate')
      expect(await store.due(100)).not.toContainEqual(key)
      expect(await store.nextMessage(await taken())).toBeUndefined()
      expect(await store.transcript(key, 10)).toHaveLength(1)
    })

    test('what was written earlier and comes after the answer to a later one is answered next, and once', async () => {
      const now = Date.now()
      await accepted({ text: 'later', occurredAt: new Date(now - 1_000) })
      const lease = await taken()
      await answered(lease)
      const late = aMessage({ text: 'earlier', occurredAt: new Date(now - 60_000) })
      await accepted({ text: 'latest', occurredAt: new Date(now) })
      expect(await store.accept(key.tenantId, late)).toBe('accepted')
      expect(await store.accept(key.tenantId, late)).toBe('duplicate')
      expect([(await answered(lease)).text, (await answered(lease)).text]).toEqual(['earlier', 'latest'])
      expect(await store.nextMessage(lease)).toBeUndefined()
    })

    test('a year-old event among new ones holds nothing up, and is known when it comes again', async () => {
      const old = aMessage({ text: 'old', occurredAt: new Date(Date.now() - 365 * 24 * HOUR) })
      await accepted({ text: 'new' })
      expect(await store.accept(key.tenantId, old)).toBe('stale')
      expect(await store.accept(key.tenantId, old)).toBe('duplicate')
      const lease = await taken()
      expect((await answered(lease)).text).toBe('new')
      expect(await store.nextMessage(lease)).toBeUndefined()
    })

    test('a message from a clock that runs ahead is answered, behind those of the present', async () => {
      await accepted({ text: 'ahead', occurredAt: new Date(Date.now() + 24 * HOUR) })
      await accepted({ text: 'present' })
      const lease = await taken()
      expect([(await answered(lease)).text, (await answered(lease)).text]).toEqual(['present', 'ahead'])
    })

    test('a megabyte goes through its turn whole: transcript and post; bytes are counted, not letters', async () => {
      const text = 'é🗿xx'.repeat(131_072)
      expect(Buffer.byteLength(text)).toBe(1_048_576)
      expect(await accepted({ text })).toBe('accepted')
      await expect(async () => accepted({ text: `${text.slice(0, -1)}é` })).rejects.toMatchObject({
        code: 'bad_input',
        message: expect.stringContaining('1048577 bytes'),
      })
      const lease = await taken()
      const message = (await store.nextMessage(lease)) as WaitingMessage
      const turn = anEcho(message)
      const body = { kind: 'reply', reply: turn.reply } as const
      expect(await store.finish(lease, message, turn, [{ idempotencyKey: 'large', body }])).toBe(true)
      const [kept] = await store.transcript(key, 1)
      expect(kept?.question === text).toBe(true)
      expect(kept?.reply.text === `You said: ${text}`).toBe(true)
      const post = await store.nextPost(lease)
      expect(post?.body.kind === 'reply' && post.body.reply.text === turn.reply.text).toBe(true)
    })

    test('a megabyte of text is kept, more is refused with a reason', async () => {
      const text = 'x'.repeat(1_048_576)
      expect(await accepted({ text })).toBe('accepted')
      expect((await store.nextMessage(await taken()))?.text).toBe(text)
      await expect(async () => accepted({ text: `${text}x` })).rejects.toMatchObject({ code: 'bad_input' })
    })

    test('hostile text comes back as it was', async () => {
      const text = `'; drop table inbox; -- \\ $1 \u{1F5FF} "quoted" \n\t`
      await accepted({ text })
      expect((await store.nextMessage(await taken()))?.text).toBe(text)
    })

    test('one worker holds a thread, until its lease ends', async () => {
      await accepted()
      const first = (await store.lease(key, 0.2)) as Lease
      expect(await store.lease(key, 60)).toBeUndefined()
      expect(await store.extend(first, 0.2)).toBe(true)
      await new Promise((resolve) => setTimeout(resolve, 300))
      const second = (await store.lease(key, 60)) as Lease
      expect(second.token).not.toBe(first.token)
      expect(await store.extend(first, 60)).toBe(false)
      expect(await store.release(first, 0)).toBeUndefined()
      expect(await store.extend(second, 60)).toBe(true)
    })

    test('a worker that lost its lease changes nothing any more', async () => {
      await accepted()
      const first = (await store.lease(key, 0.1)) as Lease
      const message = (await store.nextMessage(first)) as WaitingMessage
      await new Promise((resolve) => setTimeout(resolve, 150))
      const second = (await store.lease(key, 60)) as Lease
      const post = { idempotencyKey: 'late', body: NOTICE }
      expect(await store.finish(first, message, anEcho(message), [post])).toBe(false)
      expect(await store.giveUp(first, message, 'late', [post])).toBe(false)
      expect(await store.nextMessage(first)).toBeUndefined()
      expect((await store.nextMessage(second))?.attempts).toBe(2)
      expect(await store.nextPost(second)).toBeUndefined()
    })

    test('a message is answered once, with its posts', async () => {
      await accepted()
      const lease = await taken()
      const message = await answered(lease)
      expect(
        await store.finish(lease, message, anEcho(message), [{ idempotencyKey: 'twice', body: NOTICE }]),
      ).toBe(false)
      expect((await store.nextPost(lease))?.idempotencyKey).toBe(`reply:${message.sequence}`)
    })

    test('giving back tells when to come back', async () => {
      await accepted()
      expect((await store.release(await taken(), 0))?.dueInMs).toBe(0)
      expect(await store.due(100)).toContainEqual(key)
      const again = await store.release(await taken(), 5_000)
      expect(again?.dueInMs).toBeGreaterThan(3_000)
      expect(await store.due(100)).not.toContainEqual(key)
      const lease = await taken()
      await answered(lease)
      const post = (await store.nextPost(lease)) as WaitingPost
      await store.markSent(lease, post)
      await store.settle(post, { state: 'confirmed', platformMessageId: 'm' })
      expect(await store.release(lease, 0)).toBeUndefined()
      expect(await store.due(100)).not.toContainEqual(key)
    })

    test('what comes while a worker holds the thread is due when it gives it back', async () => {
      await accepted()
      const lease = await taken()
      await answered(lease)
      await accepted()
      expect((await store.release(lease, 0))?.dueInMs).toBe(0)
    })

    test('a message comes back with all that was said of it, and without what was not', async () => {
      await accepted({ text: 'plain' })
      const lease = await taken()
      const plain = await answered(lease)
      for (const column of ['personId', 'userId', 'sharesTurnId', 'liveMessageId'])
        expect(plain).not.toHaveProperty(column)
      expect(plain.engagement).toBe('answer')
      const full = aMessage({
        personId: randomUUID(),
        userId: 'U1',
        engagement: 'if_cited',
        sharesTurnId: randomUUID(),
      })
      await store.accept(key.tenantId, full)
      expect(await store.nextMessage(lease)).toEqual({
        ...full,
        sequence: expect.stringMatching(/^\d+$/),
        attempts: 1,
      })
    })

    test('Cairn takes part in threads in which it was spoken to', async () => {
      expect(await store.participates(key)).toBe(false)
      await accepted()
      expect(await store.participates(key)).toBe(true)
      expect(await store.participates({ ...key, tenantId: await subject.newTenant() })).toBe(false)
    })

    test('a turn is found by its id, and the last ones by who asked', async () => {
      const personId = randomUUID()
      await accepted({ personId, text: 'one' })
      const lease = await taken()
      const message = (await store.nextMessage(lease)) as WaitingMessage
      const first = { ...anEcho(message), promptVersion: 'p1' }
      await store.finish(lease, message, first, [])
      await accepted({ text: 'whoever' })
      await answered(lease)
      await accepted({ personId, text: 'two' })
      await answered(lease)
      expect(await store.turn(key.tenantId, first.turnId)).toEqual({
        ...first,
        ...key,
        platform: 'web',
        conversationId: 'room',
        personId,
        answeredAt: expect.any(Date),
      })
      expect(await store.turn(key.tenantId, randomUUID())).toBeUndefined()
      const asked = async (limit: number) =>
        (await store.recentTurns(key.tenantId, personId, limit)).map(({ question }) => question)
      expect(await asked(10)).toEqual(['two', 'one'])
      expect(await asked(1)).toEqual(['two'])
      const other = await subject.newTenant()
      expect(await store.turn(other, first.turnId)).toBeUndefined()
      expect(await store.recentTurns(other, personId, 10)).toEqual([])
    })

    test('posts go one after the other: the first one holds the later ones back', async () => {
      await accepted()
      const lease = await taken()
      await answered(lease)
      expect(await store.intend(key, { idempotencyKey: 'news', body: NOTICE })).toBe(true)
      expect(await store.intend(key, { idempotencyKey: 'news', body: NOTICE })).toBe(false)
      const first = (await store.nextPost(lease)) as WaitingPost
      await store.markSent(lease, first)
      await store.settle(first, { state: 'intended', reason: 'limited', delayMs: 60_000 })
      expect(await store.nextPost(lease)).toBeUndefined()
      expect((await store.release(lease, 0))?.dueInMs).toBeGreaterThan(50_000)
    })

    test('an uncertain post is listed, lets the next one pass, and a late answer clears it', async () => {
      await accepted()
      const lease = await taken()
      await answered(lease)
      await store.intend(key, { idempotencyKey: 'news', body: NOTICE })
      const first = (await store.nextPost(lease)) as WaitingPost
      expect(await store.markSent(lease, first)).toBe(true)
      expect((await store.nextPost(lease))?.state).toBe('sent')
      await store.settle(first, { state: 'uncertain', reason: 'nobody knows' })
      expect(await store.troubled(key.tenantId)).toMatchObject([
        { state: 'uncertain', reason: 'nobody knows' },
      ])
      expect((await store.nextPost(lease))?.idempotencyKey).toBe('news')
      await store.settle(first, { state: 'confirmed', platformMessageId: 'm' })
      expect(await store.troubled(key.tenantId)).toEqual([])
      await store.settle(first, { state: 'dead', reason: 'too late' })
      expect(await store.troubled(key.tenantId)).toEqual([])
    })

    test('due threads come in turns between tenants', async () => {
      const [busy, calm] = [await subject.newTenant(), await subject.newTenant()]
      for (let n = 0; n < 5; n++) await store.accept(busy, aMessage({ threadId: `t${n}` }))
      await store.accept(calm, aMessage())
      const both = (await store.due(1_000)).filter(({ tenantId }) => tenantId === busy || tenantId === calm)
      expect(both.slice(0, 2).map(({ tenantId }) => tenantId)).toContain(calm)
    })

    test('tenants do not see each other', async () => {
      await accepted()
      const other = await subject.newTenant()
      expect(await store.lease({ tenantId: other, threadId: 'thread' }, 60)).toBeUndefined()
      expect(await store.transcript({ tenantId: other, threadId: 'thread' }, 10)).toEqual([])
    })
  })
}
