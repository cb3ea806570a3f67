import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AUDIENCES, type Audience } from '../../src/conversation/people.ts'
import type { KnowledgeStore } from '../../src/ports/knowledge-store.ts'
import { aDocument, aPassage, MODEL } from '../support/knowledge.ts'

export interface KnowledgeStoreSubject {
  store: KnowledgeStore
  /** Another store on the same data, as a second process would have it. */
  otherStore: () => KnowledgeStore
  /** Makes a tenant that no other test knows, and returns its id. */
  newTenant: () => Promise<string>
  close: () => Promise<void>
}

const NEAR = [1, 0, 0]
const HOSTILE = [
  `quotes ' " \` $$ and a backslash \\ at the end \\`,
  `'; drop table passages; --`,
  `$1 {0} %s \${x} {"a": [1]} {{}} {,"}`,
  `a NUL \0 inside, half a pair \uD83D, and a whole one 🗿`,
  `'quoted' | !(a & b) <-> :* <2> tsquery`,
  `<b>html</b> &amp; https://example.com/a_b?c=d'e|f&g#h user@example.com /usr/lib C:\\path\\file`,
  `the and of to in is it`,
  '',
  ' \n\t ',
]

/** What every knowledge store does, whatever it is made of. */
export const knowledgeStoreContract = (name: string, open: () => Promise<KnowledgeStoreSubject>): void => {
  describe(`knowledge store on ${name}`, () => {
    let subject: KnowledgeStoreSubject
    let store: KnowledgeStore
    beforeAll(async () => {
      subject = await open()
      store = subject.store
    })
    afterAll(() => subject?.close())

    const searchAll = (tenant: string, text: string, vector = NEAR) =>
      store.candidates(tenant, { text, vector, limit: 100, audiences: AUDIENCES })

    describe('before a model is recorded', () => {
      test('nothing is known, nothing is found, and a document is refused', async () => {
        const tenant = await subject.newTenant()
        expect(await store.embeddingModel()).toBeUndefined()
        expect(await searchAll(tenant, 'growth')).toEqual({
          candidates: [],
          terms: [{ lexeme: 'growth', inQuery: 1, passages: 0 }],
          corpus: { passages: 0, meanWords: 0 },
        })
        await expect(store.putDocument(tenant, aDocument(), [aPassage()])).rejects.toMatchObject({
          code: 'store_incompatible',
          message: expect.stringContaining('embedding model'),
        })
        expect(await store.documents(tenant)).toEqual([])
      })
    })

    describe('with a model', () => {
      beforeAll(() => store.setEmbeddingModel(MODEL))

      test('a document comes back as it was put, its passages in their order', async () => {
        const tenant = await subject.newTenant()
        const document = aDocument({ id: 'handbook.md', title: 'Handbook', contentHash: 'h1' })
        await store.putDocument(tenant, document, [
          aPassage({
            id: 'z',
            section: 'Hiring > When',
            body: 'First.',
            style: 'list',
            about: { stage: 'small_team' },
          }),
          aPassage({ id: 'a', body: 'Second.' }),
        ])
        expect(await store.documents(tenant)).toEqual([document])
        const common = { documentId: 'handbook.md', document: 'Handbook', origin: 'file' }
        expect(await store.passages(tenant)).toEqual([
          {
            ...common,
            id: 'z',
            section: 'Hiring > When',
            body: 'First.',
            style: 'list',
            about: { stage: 'small_team' },
          },
          { ...common, id: 'a', section: 'Section', body: 'Second.', style: 'prose', about: {} },
        ])
      })

      test('putting again replaces everything, and the same twice changes nothing', async () => {
        const tenant = await subject.newTenant()
        const line = { kind: 'line' as const, text: 'old line', vector: NEAR }
        await store.putDocument(tenant, aDocument(), [
          aPassage({ id: 'old', lines: [line] }),
          aPassage({ id: 'kept' }),
        ])
        for (let time = 0; time < 2; time++) {
          await store.putDocument(tenant, aDocument({ title: 'New', contentHash: 'h2' }), [
            aPassage({ id: 'kept', body: 'New.' }),
          ])
        }
        expect(await store.documents(tenant)).toEqual([aDocument({ title: 'New', contentHash: 'h2' })])
        expect(await store.passages(tenant)).toMatchObject([{ id: 'kept', body: 'New.', document: 'New' }])
        expect((await searchAll(tenant, 'old')).candidates).toMatchObject([
          { line: undefined, lineText: undefined },
        ])
      })

      test('the same document put by several at once is there once', async () => {
        const tenant = await subject.newTenant()
        const put = (body: string) => store.putDocument(tenant, aDocument(), [aPassage({ body })])
        await Promise.all(['One.', 'Two.', 'Three.', 'Four.'].map(put))
        expect(await store.passages(tenant)).toHaveLength(1)
      })

      test('a document without passages is kept', async () => {
        const tenant = await subject.newTenant()
        await store.putDocument(tenant, aDocument(), [])
        expect(await store.documents(tenant)).toHaveLength(1)
        expect(await store.passages(tenant)).toEqual([])
      })

      test('removing takes the passages along, and says whether there was anything', async () => {
        const tenant = await subject.newTenant()
        await store.putDocument(tenant, aDocument(), [aPassage()])
        expect(await store.removeDocument(tenant, 'guide')).toBe(true)
        expect(await store.removeDocument(tenant, 'guide')).toBe(false)
        expect(await store.documents(tenant)).toEqual([])
        expect(await store.passages(tenant)).toEqual([])
        expect(await searchAll(tenant, 'body')).toMatchObject({ candidates: [], corpus: { passages: 0 } })
      })

      test.each([
        [
          'a vector of another dimension',
          aPassage({ id: 'b', vector: [1, 0] }),
          { code: 'store_incompatible', message: expect.stringMatching(/of 2 dimensions .* expects 3/) },
        ],
        [
          'a line of another dimension',
          aPassage({ id: 'b', lines: [{ kind: 'line', text: 'x', vector: [1, 0, 0, 0] }] }),
          { code: 'store_incompatible', message: expect.stringMatching(/of 4 dimensions .* expects 3/) },
        ],
        [
          'a vector that holds no number',
          aPassage({ id: 'b', vector: [1, Number.NaN, 0] }),
          { code: 'embedder_failed', message: expect.stringContaining('component 2') },
        ],
        [
          'an id that stands twice',
          aPassage({ id: 'a' }),
          { code: 'bad_knowledge', message: expect.stringContaining('"Newer"') },
        ],
        ['a style that the database refuses', aPassage({ id: 'b', style: 'verse' as 'prose' }), {}],
      ])('%s leaves the document as it was', async (_, passage, error) => {
        const tenant = await subject.newTenant()
        await store.putDocument(tenant, aDocument(), [aPassage({ body: 'Before.' })])
        const put = store.putDocument(tenant, aDocument({ title: 'Newer', contentHash: 'h2' }), [
          aPassage({ id: 'a' }),
          passage,
        ])
        await expect(put).rejects.toMatchObject(error)
        expect(await store.documents(tenant)).toEqual([aDocument()])
        expect(await store.passages(tenant)).toMatchObject([{ id: 'passage', body: 'Before.' }])
      })

      test('a passage id may not be taken over from another document', async () => {
        const tenant = await subject.newTenant()
        await store.putDocument(tenant, aDocument({ id: 'one' }), [aPassage()])
        await expect(store.putDocument(tenant, aDocument({ id: 'two' }), [aPassage()])).rejects.toMatchObject(
          { code: 'bad_knowledge' },
        )
        expect(await store.passages(tenant)).toMatchObject([{ documentId: 'one' }])
      })

      test('a tenant that does not exist is named as the reason, and a malformed id is refused', async () => {
        await expect(store.putDocument('nobody', aDocument(), [])).rejects.toMatchObject({
          code: 'not_found',
        })
        for (const id of ['', 'a b', "x' or true --", 'a'.repeat(65), 'a\n']) {
          await expect(store.documents(id)).rejects.toMatchObject({ code: 'bad_input' })
        }
      })

      test('tenants see their own and the shared documents, and change only their own', async () => {
        const [mine, theirs] = [await subject.newTenant(), await subject.newTenant()]
        await store.putDocument(mine, aDocument({ id: 'mine' }), [aPassage({ id: 'm', body: 'Mine.' })])
        await store.putDocument(theirs, aDocument({ id: 'theirs' }), [aPassage({ id: 't', body: 'Theirs.' })])
        await store.putDocument('shared', aDocument({ id: 'ours', origin: 'charter' }), [
          aPassage({ id: 's', body: 'Ours.' }),
        ])
        try {
          expect((await store.documents(mine)).map(({ id }) => id)).toEqual(['mine', 'ours'])
          expect((await store.passages(mine)).map(({ id }) => id).sort()).toEqual(['m', 's'])
          const { candidates, corpus } = await searchAll(mine, 'mine theirs ours')
          expect(candidates.map(({ passage }) => passage.id).sort()).toEqual(['m', 's'])
          expect(corpus.passages).toBe(2)
          expect(await store.removeDocument(mine, 'theirs')).toBe(false)
          expect(await store.removeDocument(mine, 'ours')).toBe(false)
          await store.putDocument(mine, aDocument({ id: 'ours', title: 'My own' }), [aPassage({ id: 's' })])
          expect((await store.documents(theirs)).map(({ title }) => title)).toEqual(['Guide', 'Guide'])
          expect((await store.documents('shared')).map(({ id }) => id)).toEqual(['ours'])
        } finally {
          await store.removeDocument('shared', 'ours')
        }
      })

      describe('candidates', () => {
        // Words without stop words: growth guide hire hire two engin growth stall hire · growth guide risk bus factor
        // risk hire deputi · growth guide noth common question max agent.
        const corpus = [
          aPassage({
            id: 'hiring',
            section: 'Hiring',
            body: 'Hire two engineers before growth stalls.',
            vector: [1, 0, 0],
            lines: [
              { kind: 'line', text: 'Hire two engineers', vector: [0, 1, 0] },
              { kind: 'asked', text: 'when should we hire?', vector: [0.6, 0.8, 0] },
            ],
          }),
          aPassage({
            id: 'risks',
            section: 'Risks',
            body: 'The bus factor is a risk; hire deputies.',
            vector: [0.8, 0.6, 0],
          }),
          aPassage({
            id: 'other',
            section: 'Other',
            body: 'Nothing in common with the question: max_agents.',
            vector: [0, 0, -1],
            lines: [{ kind: 'line', text: 'max_agents', vector: [-1, 0, 0] }],
          }),
        ]
        let tenant: string
        beforeAll(async () => {
          tenant = await subject.newTenant()
          await store.putDocument(tenant, aDocument({ title: 'Growth guide' }), corpus)
        })

        test('have the cosines, the best line and the counts that hand and pencil give', async () => {
          const set = await searchAll(tenant, 'How do we hire engineers, hire now?')
          expect(set.terms).toEqual([
            { lexeme: 'hire', inQuery: 2, passages: 2 },
            { lexeme: 'engin', inQuery: 1, passages: 1 },
          ])
          expect(set.corpus).toEqual({ passages: 3, meanWords: 8 })
          expect(set.candidates.map(({ passage }) => passage.id)).toEqual(['hiring', 'risks', 'other'])
          const [hiring, risks, other] = set.candidates
          expect(hiring).toEqual({
            passage: {
              id: 'hiring',
              documentId: 'guide',
              document: 'Growth guide',
              origin: 'file',
              section: 'Hiring',
              body: corpus[0]?.body,
              style: 'prose',
              about: {},
            },
            cosine: expect.closeTo(1, 3),
            line: expect.closeTo(0.6, 3),
            lineText: 'when should we hire?',
            termCounts: { hire: 3, engin: 1 },
            words: 9,
          })
          expect(risks).toMatchObject({
            cosine: expect.closeTo(0.8, 3),
            line: undefined,
            lineText: undefined,
            termCounts: { hire: 1 },
            words: 8,
          })
          expect(other).toMatchObject({
            cosine: expect.closeTo(0, 3),
            line: expect.closeTo(-1, 3),
            lineText: 'max_agents',
            termCounts: {},
            words: 7,
          })
        })

        test('of each list come as many as the limit allows, and every list adds its own', async () => {
          const ids = async (text: string, vector: number[], limit: number) =>
            (await store.candidates(tenant, { text, vector, limit, audiences: AUDIENCES })).candidates
              .map(({ passage }) => passage.id)
              .sort()
          const crowd = await subject.newTenant()
          const passages = Array.from({ length: 9 }, (_, index) =>
            aPassage({
              id: `p${index}`,
              body: index === 8 ? 'Zebra.' : 'Horse.',
              vector: [Math.cos(index / 9), Math.sin(index / 9), 0],
            }),
          )
          passages[7]?.lines.push({ kind: 'asked', text: 'a striped animal', vector: [1, 0, 0] })
          await store.putDocument(crowd, aDocument(), passages)
          const found = await store.candidates(crowd, {
            text: 'zebra',
            vector: [1, 0, 0],
            limit: 1,
            audiences: AUDIENCES,
          })
          expect(found.candidates.map(({ passage }) => passage.id)).toEqual(['p0', 'p7', 'p8'])
          expect(await ids('nothing that is written', [0, 0, -1], 1)).toEqual(['hiring', 'other'])
        })

        test('identifiers are found by their words, and words by an identifier', async () => {
          expect((await searchAll(tenant, 'max agents')).terms).toMatchObject([
            { lexeme: 'max', passages: 1 },
            { lexeme: 'agent', passages: 1 },
          ])
          for (const text of ['max_agents', 'maxAgents', 'max/agents']) {
            expect((await searchAll(tenant, text)).terms.map(({ lexeme }) => lexeme)).toEqual([
              'max',
              'agent',
            ])
          }
        })

        test('a query of stop words, or of nothing, still finds by vector', async () => {
          for (const text of ['what is it that we have', '', '?!']) {
            const { candidates, terms } = await searchAll(tenant, text)
            expect(terms).toEqual([])
            expect(candidates).toHaveLength(3)
            expect(candidates[0]).toMatchObject({ passage: { id: 'hiring' }, termCounts: {} })
          }
        })

        test('a vector without direction is related to nothing', async () => {
          const { candidates } = await searchAll(tenant, 'hire', [0, 0, 0])
          expect(candidates.map(({ cosine, line }) => [cosine, line ?? 0])).toEqual([
            [0, 0],
            [0, 0],
            [0, 0],
          ])
        })

        test('a vector of another dimension is refused with both numbers', async () => {
          await expect(searchAll(tenant, 'hire', [1, 0])).rejects.toMatchObject({
            code: 'store_incompatible',
            message: expect.stringMatching(/of 2 dimensions .* expects 3/),
          })
        })

        test('a very long query is answered by its first words', async () => {
          const words = Array.from({ length: 20_000 }, (_, index) => `w${index.toString(36)}`).join(' ')
          const { candidates, terms } = await searchAll(tenant, `hire ${words} ${words}`)
          expect(terms[0]).toMatchObject({ lexeme: 'hire' })
          expect(terms.length).toBeLessThanOrEqual(128)
          expect(candidates[0]?.termCounts).toEqual({ hire: 3 })
        })
      })

      describe('audiences', () => {
        const audience = { member: ['everyone'], manager: ['everyone', 'managers'], all: AUDIENCES } as const
        const line = { kind: 'line' as const, text: 'hire zebras', vector: NEAR }
        const put = async (tenant: string, id: string, audience: Audience, count = 1) =>
          store.putDocument(
            tenant,
            aDocument({ id, audience }),
            Array.from({ length: count }, (_, index) =>
              aPassage({ id: `${id}${index}`, body: `${id} hire zebras`, lines: [line] }),
            ),
          )
        const seen = (tenant: string, audiences: readonly Audience[], limit = 100) =>
          store.candidates(tenant, { text: 'hire zebras', vector: NEAR, limit, audiences })
        const ids = async (tenant: string, audiences: readonly Audience[]) =>
          (await seen(tenant, audiences)).candidates.map(({ passage }) => passage.documentId).sort()

        test('a passage is found by those alone whom its document is for', async () => {
          const tenant = await subject.newTenant()
          for (const each of AUDIENCES) await put(tenant, each, each)
          expect(await ids(tenant, audience.member)).toEqual(['everyone'])
          expect(await ids(tenant, audience.manager)).toEqual(['everyone', 'managers'])
          expect(await ids(tenant, audience.all)).toEqual(['everyone', 'executives', 'managers'])
          expect(await seen(tenant, [])).toMatchObject({ candidates: [], corpus: { passages: 0 } })
        })

        test('what is hidden neither counts nor crowds out: it is as if it did not exist', async () => {
          const [tenant, without] = [await subject.newTenant(), await subject.newTenant()]
          for (const to of [tenant, without]) {
            await store.putDocument(to, aDocument(), [
              aPassage({ body: 'We hire.', vector: [0.6, 0.8, 0], lines: [{ ...line, vector: [0, 1, 0] }] }),
            ])
          }
          await put(tenant, 'hidden', 'managers', 20)
          for (const limit of [1, 3, 100])
            expect(await seen(tenant, audience.member, limit)).toEqual(
              await seen(without, audience.member, limit),
            )
          expect((await seen(tenant, audience.manager)).candidates).toHaveLength(21)
        })

        test('an audience is changed without the passages being put again', async () => {
          const tenant = await subject.newTenant()
          await put(tenant, 'plan', 'everyone', 2)
          expect(await store.setAudience(tenant, 'plan', 'executives')).toBe(true)
          expect(await store.documents(tenant)).toMatchObject([{ id: 'plan', audience: 'executives' }])
          expect(await ids(tenant, audience.manager)).toEqual([])
          expect(await ids(tenant, audience.all)).toEqual(['plan', 'plan'])
          await put(tenant, 'plan', 'managers')
          expect(await ids(tenant, audience.manager)).toEqual(['plan'])
          expect(await ids(tenant, audience.member)).toEqual([])
          expect(await store.setAudience(tenant, 'none', 'everyone')).toBe(false)
          expect(await store.setAudience(await subject.newTenant(), 'plan', 'everyone')).toBe(false)
        })

        test('a passage is read by its id, by those whom it is for', async () => {
          const [tenant, other] = [await subject.newTenant(), await subject.newTenant()]
          await put(tenant, 'plan', 'managers')
          await put('shared', 'ours', 'everyone')
          try {
            const [own] = (await store.passages(tenant)).filter(({ documentId }) => documentId === 'plan')
            expect(await store.passage(tenant, 'plan0', audience.manager)).toEqual(own)
            expect(await store.passage(tenant, 'plan0', audience.member)).toBeUndefined()
            expect(await store.passage(tenant, 'plan0', [])).toBeUndefined()
            expect(await store.passage(other, 'plan0', audience.all)).toBeUndefined()
            expect(await store.passage(tenant, 'ours0', [])).toMatchObject({ documentId: 'ours' })
            for (const id of ['none', '', `'; --`, 'NUL \0', '\uD83D'])
              expect(await store.passage(tenant, id, audience.all)).toBeUndefined()
            // An own one of the same id goes before.
            await store.putDocument(tenant, aDocument({ id: 'mine' }), [aPassage({ id: 'ours0' })])
            expect(await store.passage(tenant, 'ours0', audience.member)).toMatchObject({
              documentId: 'mine',
            })
            expect(await store.passage(other, 'ours0', audience.member)).toMatchObject({ documentId: 'ours' })
          } finally {
            await store.removeDocument('shared', 'ours')
          }
        })

        test('whom passages are for is told of own ones only', async () => {
          const [tenant, other] = [await subject.newTenant(), await subject.newTenant()]
          for (const each of AUDIENCES) await put(tenant, each, each)
          await put('shared', 'ours', 'everyone')
          try {
            const asked = ['everyone0', 'executives0', 'executives0', 'ours0', 'none', 'NUL \0']
            expect(await store.audienceOf(tenant, asked)).toEqual(
              new Map([
                ['everyone0', 'everyone'],
                ['executives0', 'executives'],
              ]),
            )
            expect(await store.audienceOf(tenant, [])).toEqual(new Map())
            expect(await store.audienceOf(other, asked)).toEqual(new Map())
          } finally {
            await store.removeDocument('shared', 'ours')
          }
        })

        test('shared passages are for everyone, and no tenant changes that', async () => {
          const tenant = await subject.newTenant()
          await put('shared', 'ours', 'everyone')
          try {
            expect(await store.setAudience(tenant, 'ours', 'executives')).toBe(false)
            expect(await ids(tenant, audience.member)).toEqual(['ours'])
          } finally {
            await store.removeDocument('shared', 'ours')
          }
        })

        test('a search among thousands of passages of several audiences stays quick', async () => {
          const tenant = await subject.newTenant()
          await put(tenant, 'open', 'everyone', 1_500)
          await put(tenant, 'kept', 'managers', 1_500)
          const started = performance.now()
          expect((await seen(tenant, audience.member)).corpus.passages).toBe(1_500)
          expect(performance.now() - started).toBeLessThan(3_000)
        })
      })

      test('hostile text is stored, returned and searched like any other', async () => {
        const tenant = await subject.newTenant()
        const passages = HOSTILE.map((text, index) =>
          aPassage({
            id: `${index} ${text}`,
            section: text,
            body: text,
            lines: [{ kind: 'asked', text, vector: NEAR }],
          }),
        )
        const document = aDocument({ id: HOSTILE.join(), title: HOSTILE.join(), contentHash: HOSTILE.join() })
        await store.putDocument(tenant, document, passages)
        const stored = (text: string) => text.replaceAll('\0', '\uFFFD').toWellFormed()
        expect((await store.documents(tenant))[0]?.title).toBe(stored(document.title))
        expect((await store.passages(tenant)).map(({ body }) => body)).toEqual(HOSTILE.map(stored))
        for (const text of HOSTILE) {
          const { candidates, terms } = await searchAll(tenant, text)
          expect(candidates).toHaveLength(HOSTILE.length)
          expect(terms.every(({ passages }) => passages > 0)).toBe(true)
        }
        await store.putDocument(tenant, document, passages)
        expect(await store.removeDocument(tenant, document.id)).toBe(true)
      })

      test('very long text is stored whole', async () => {
        const tenant = await subject.newTenant()
        const bodies = [
          'x'.repeat(100_000),
          'word '.repeat(20_000),
          Array.from({ length: 30_000 }, (_, i) => `w${i.toString(36)}`).join(' '),
          '石'.repeat(400_000),
        ]
        await store.putDocument(
          tenant,
          aDocument(),
          bodies.map((body, index) => aPassage({ id: String(index), body })),
        )
        expect((await store.passages(tenant)).map(({ body }) => body.length)).toEqual(
          bodies.map(({ length }) => length),
        )
        expect((await searchAll(tenant, 'word')).terms).toMatchObject([{ passages: 1 }])
      })

      test('a large document is stored whole, in its order', async () => {
        const tenant = await subject.newTenant()
        const lines = Array.from({ length: 10 }, (_, index) => ({
          kind: 'line' as const,
          text: `line ${index}`,
          vector: NEAR,
        }))
        const passages = Array.from({ length: 1_200 }, (_, index) =>
          aPassage({ id: String(index), body: `number ${index}`, lines }),
        )
        await store.putDocument(tenant, aDocument(), passages)
        const found = await store.passages(tenant)
        expect(found.map(({ id }) => id)).toEqual(passages.map(({ id }) => id))
        expect(
          (await searchAll(tenant, 'number 777')).candidates.find(({ passage }) => passage.id === '777'),
        ).toMatchObject({ termCounts: { number: 1, 777: 1 } })
      })

      test('readers and writers at once neither wait for ever nor see half a document', async () => {
        const tenant = await subject.newTenant()
        const versions = [1, 2].map((version) =>
          [1, 2, 3].map((id) => aPassage({ id: String(id), body: `Version ${version}.` })),
        )
        await store.putDocument(tenant, aDocument(), versions[0] ?? [])
        const work = Array.from({ length: 30 }, async (_, index) => {
          if (index % 3 === 0) return store.putDocument(tenant, aDocument(), versions[index % 2] ?? [])
          const seen =
            index % 3 === 1
              ? await store.passages(tenant)
              : (await searchAll(tenant, 'version')).candidates.map(({ passage }) => passage)
          expect(seen).toHaveLength(3)
          expect(new Set(seen.map(({ body }) => body)).size).toBe(1)
        })
        await Promise.all(work)
      })
    })

    describe('when the model changes', () => {
      const other = { name: 'another', dimension: 2 }

      test('every document of every tenant goes, and the old vectors are refused', async () => {
        await store.setEmbeddingModel(MODEL)
        const [one, two] = [await subject.newTenant(), await subject.newTenant()]
        const late = subject.otherStore()
        expect(await late.embeddingModel()).toEqual(MODEL)
        for (const tenant of [one, two, 'shared'])
          await store.putDocument(tenant, aDocument({ id: tenant }), [aPassage({ id: tenant })])

        await store.setEmbeddingModel(MODEL)
        expect(await store.passages(one)).toHaveLength(2)

        await store.setEmbeddingModel(other)
        expect(await store.embeddingModel()).toEqual(other)
        for (const tenant of [one, two, 'shared']) {
          expect(await store.documents(tenant)).toEqual([])
          expect(await store.passages(tenant)).toEqual([])
        }
        await expect(store.putDocument(one, aDocument(), [aPassage()])).rejects.toMatchObject({
          code: 'store_incompatible',
        })
        await store.putDocument(one, aDocument(), [aPassage({ vector: [0, 1] })])
        expect(
          await store.candidates(one, { text: '', vector: [0, 1], limit: 5, audiences: AUDIENCES }),
        ).toMatchObject({
          candidates: [{ cosine: 1 }],
        })

        // The process that still works with the model before is told so, even if the dimension were the same.
        const refused = { code: 'store_incompatible', message: expect.stringContaining('another') }
        await expect(late.putDocument(one, aDocument(), [aPassage()])).rejects.toMatchObject(refused)
        await expect(
          late.candidates(one, { text: '', vector: NEAR, limit: 5, audiences: AUDIENCES }),
        ).rejects.toMatchObject(refused)
      })

      test('a document that is being put at that moment does not survive with old vectors', async () => {
        await store.setEmbeddingModel(MODEL)
        const tenant = await subject.newTenant()
        const late = subject.otherStore()
        await late.embeddingModel()
        const puts = Array.from({ length: 8 }, (_, index) =>
          late
            .putDocument(tenant, aDocument({ id: String(index) }), [aPassage({ id: String(index) })])
            .catch(() => {}),
        )
        await Promise.all([store.setEmbeddingModel({ ...MODEL, name: 'same size' }), ...puts])
        expect(await store.documents(tenant)).toEqual([])
      })

      test('processes that record the same model at once do not undo each other', async () => {
        const tenant = await subject.newTenant()
        const ids = ['a', 'b', 'c', 'd', 'e', 'f']
        for (let round = 0; round < 10; round++) {
          const fill = async (id: string) => {
            const each = subject.otherStore()
            await each.setEmbeddingModel({ ...MODEL, name: `agreed ${round}` })
            await each.putDocument(tenant, aDocument({ id }), [])
          }
          await Promise.all(ids.map(fill))
          expect((await store.documents(tenant)).map(({ id }) => id)).toEqual(ids)
        }
      })
    })
  })
}
