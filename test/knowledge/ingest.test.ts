import { randomUUID } from 'node:crypto'
import { mkdir, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadDocument } from '../../src/adapters/documents/load-document.ts'
import { documentFiles } from '../../src/adapters/files/document-files.ts'
import { createKnowledgeStore } from '../../src/adapters/postgres/knowledge-store.ts'
import type { Database } from '../../src/adapters/postgres/pool.ts'
import { ensureTenant } from '../../src/adapters/postgres/tenancy.ts'
import type { Audience } from '../../src/conversation/people.ts'
import { AppError } from '../../src/errors.ts'
import { ingestFromChat } from '../../src/knowledge/chat-documents.ts'
import { type IngestService, ingest, removeDocuments } from '../../src/knowledge/ingest.ts'
import type { Embedder } from '../../src/ports/embedder.ts'
import type { KnowledgeStore } from '../../src/ports/knowledge-store.ts'
import { makeDirectory, testStores } from '../support/test-database.ts'

/** An embedder that counts what it is asked, and answers with the letters of the text. */
const countingEmbedder = () => {
  const embedded: string[] = []
  const vector = (text: string) => [text.length, text.charCodeAt(0) || 0, 1]
  const embedder: Embedder = {
    model: 'counting',
    embedQuery: async (text) => vector(text),
    embedDocuments: async (texts) => {
      embedded.push(...texts)
      return texts.map(vector)
    },
  }
  return { embedder, embedded }
}

describe.each(testStores)('ingest into $name', ({ open }) => {
  let database: Database
  let store: KnowledgeStore
  const folder = makeDirectory()
  const path = (...parts: string[]) => join(folder.path, ...parts)
  const outcomes = (results: { path: string; outcome: string }[]) =>
    results.map((result) => [result.path.slice(folder.path.length + 1), result.outcome])

  const service = async (overrides: Partial<IngestService> = {}): Promise<IngestService> => {
    const tenantId = randomUUID()
    await ensureTenant(database.db, tenantId, 'A tenant')
    return {
      store,
      embedder: countingEmbedder().embedder,
      load: loadDocument,
      files: documentFiles,
      tenantId,
      ...overrides,
    }
  }

  beforeAll(async () => {
    database = await open()
    store = createKnowledgeStore(database.db)
    await store.setEmbeddingModel({ name: 'counting', dimension: 3 })
    await mkdir(path('docs', '.hidden'), { recursive: true })
    await mkdir(path('docs', 'node_modules'))
    await writeFile(path('docs', 'a.md'), '# A\n\nFirst text.\n\n- one\n- two')
    await writeFile(path('docs', 'b.txt'), 'Second text.')
    await writeFile(path('docs', 'broken.txt'), Buffer.from([0, 1, 2, 3]))
    await writeFile(path('docs', '.hidden', 'c.md'), 'Hidden.')
    await writeFile(path('docs', 'node_modules', 'd.md'), 'A package.')
    await symlink(path('docs'), path('docs', 'loop'))
  })
  afterAll(async () => {
    await database.close()
    await rm(folder.path, { recursive: true, force: true })
  })

  test('adds, leaves alone, replaces and removes', async () => {
    const { embedder, embedded } = countingEmbedder()
    const to = await service({ embedder })
    const first = await ingest(to, [path('docs')])
    expect(outcomes(first)).toEqual([
      ['docs/a.md', 'added'],
      ['docs/b.txt', 'added'],
      ['docs/broken.txt', 'failed'],
    ])
    expect(first[2]?.reason).toMatch(/binary data/)
    const own = (await store.passages(to.tenantId)).filter(({ origin }) => origin === 'file')
    expect(own.map(({ body }) => body)).toEqual(['First text.', '- one\n- two', 'Second text.'])

    const before = embedded.length
    expect(outcomes(await ingest(to, [path('docs')])).slice(0, 2)).toEqual([
      ['docs/a.md', 'unchanged'],
      ['docs/b.txt', 'unchanged'],
    ])
    expect(embedded).toHaveLength(before)

    await writeFile(path('docs', 'b.txt'), 'Third text.')
    expect(outcomes(await ingest(to, [path('docs', 'b.txt')]))).toEqual([['docs/b.txt', 'replaced']])
    expect((await store.passages(to.tenantId)).map(({ body }) => body)).not.toContain('Second text.')

    await unlink(path('docs', 'b.txt'))
    expect(outcomes(await removeDocuments(to, [path('docs', 'b.txt')]))).toEqual([['docs/b.txt', 'removed']])
    expect(outcomes(await removeDocuments(to, [path('docs')]))).toEqual([['docs/a.md', 'removed']])
    expect(await removeDocuments(to, [path('docs')])).toEqual([])
    await writeFile(path('docs', 'b.txt'), 'Second text.')
  })

  test('keeps to the audience that was named, and changes it without embedding anew', async () => {
    const { embedder, embedded } = countingEmbedder()
    const to = await service({ embedder })
    const file = path('docs', 'a.md')
    const audiences = async () =>
      (await store.documents(to.tenantId)).filter(({ origin }) => origin === 'file').map((d) => d.audience)
    expect(await ingest(to, [file], undefined, 'managers')).toMatchObject([
      { outcome: 'added', audience: 'managers' },
    ])
    const before = embedded.length
    expect(await ingest(to, [file])).toMatchObject([{ outcome: 'unchanged', audience: 'managers' }])
    expect(await ingest(to, [file], undefined, 'executives')).toMatchObject([
      { outcome: 'reassigned', passages: 0, audience: 'executives' },
    ])
    expect(embedded).toHaveLength(before)
    await writeFile(file, '# A\n\nAnother text.')
    expect(await ingest(to, [file])).toMatchObject([{ outcome: 'replaced', audience: 'executives' }])
    expect(await audiences()).toEqual(['executives'])
    expect(await ingest(to, [file], undefined, 'everyone')).toMatchObject([{ outcome: 'reassigned' }])
    expect(await audiences()).toEqual(['everyone'])
    await writeFile(file, '# A\n\nFirst text.\n\n- one\n- two')
  })

  test('a path that is not there is a failure of its own', async () => {
    const results = await ingest(await service(), [path('nowhere'), path('docs', 'a.md')])
    expect(outcomes(results)).toEqual([
      ['nowhere', 'failed'],
      ['docs/a.md', 'added'],
    ])
  })

  test('a file from a chat is known by its name, and read like any other', async () => {
    const to = await service()
    const given = (name: string, text: string, audience: Audience = 'managers') =>
      ingestFromChat(to, name, Buffer.from(text), audience)
    expect(await given('C:\\plans\\plan.md', '# Plan\n\nFirst text.')).toEqual({
      path: 'plan.md',
      outcome: 'added',
      passages: 1,
      audience: 'managers',
    })
    expect(await given('plan.md', '# Plan\n\nFirst text.')).toMatchObject({ outcome: 'unchanged' })
    expect(await given('plan.md', '# Plan\n\nFirst text.', 'everyone')).toMatchObject({
      outcome: 'reassigned',
      audience: 'everyone',
    })
    expect(await given('plan.md', '# Plan\n\nSecond text.')).toMatchObject({ outcome: 'replaced' })
    const documents = (await store.documents(to.tenantId)).filter(({ origin }) => origin === 'file')
    expect(documents).toMatchObject([{ id: 'chat:plan.md', title: 'plan', audience: 'managers' }])

    for (const [name, reason] of [
      ['plan.exe', /\.exe is not known; expected md/],
      ['plan.pdf', /./],
      ['', /has no name/],
      ['empty.md', /the file is empty/],
    ] as const)
      expect(await given(name, name === 'empty.md' ? '' : 'no PDF')).toMatchObject({
        outcome: 'failed',
        reason: expect.stringMatching(reason),
      })
    expect(await removeDocuments(to, [path('docs')])).toEqual([])
    expect(await store.removeDocument(to.tenantId, 'chat:plan.md')).toBe(true)
  })

  test("one tenant's documents are no other's", async () => {
    const [one, other] = [await service(), await service()]
    await ingest(one, [path('docs', 'a.md')])
    expect((await store.passages(other.tenantId)).filter(({ origin }) => origin === 'file')).toEqual([])
  })

  test('an embedder that fails leaves nothing half-indexed and ends the run', async () => {
    let asked = 0
    const failing: Embedder = {
      model: 'counting',
      embedQuery: async () => [1, 0, 0],
      embedDocuments: async (texts) => {
        if (++asked > 1) throw new AppError('embedder_failed', 'The embedding model did not answer.')
        return texts.map(() => [1, 0, 0])
      },
    }
    const to = await service({ embedder: failing })
    await expect(ingest(to, [path('docs', 'a.md')])).rejects.toThrow('did not answer')
    expect((await store.documents(to.tenantId)).filter(({ origin }) => origin === 'file')).toEqual([])
  })

  test('a full disk ends the run with what was finished in place', async () => {
    const to = await service()
    let puts = 0
    const full: KnowledgeStore = {
      ...store,
      putDocument: async (...given) => {
        if (++puts > 1) throw new AppError('disk_full', 'The disk is full.')
        return store.putDocument(...given)
      },
    }
    await expect(ingest({ ...to, store: full }, [path('docs')])).rejects.toThrow('The disk is full.')
    expect((await store.documents(to.tenantId)).filter(({ origin }) => origin === 'file')).toHaveLength(1)
  })

  test('progress counts files and passages', async () => {
    const seen: string[] = []
    await ingest(await service(), [path('docs')], ({ done, total, passages }) =>
      seen.push(`${done}/${total} ${passages}`),
    )
    expect(seen).toEqual(['0/3 0', '1/3 2', '2/3 3', '3/3 3'])
  })
})
