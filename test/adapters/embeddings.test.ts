import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadEmbedder } from '../../src/adapters/embeddings/load-embedder.ts'
import { readVectorCache, withCache, writeVectorCache } from '../../src/adapters/embeddings/vector-cache.ts'

const none = { openai: undefined, voyage: undefined, ollamaUrl: 'http://127.0.0.1:1' }
const cosine = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)

describe('the encoder that ships with Cairn', async () => {
  const embedder = await loadEmbedder('use-lite', none)

  test('gives unit vectors of 512 dimensions, closer for closer meanings', async () => {
    const [a, b, c] = (await embedder.embedDocuments([
      'How many developers are in a squad?',
      'What is the size of a squad?',
      'The weather is nice today.',
    ])) as [number[], number[], number[]]
    expect(a).toHaveLength(512)
    expect(Math.hypot(...a)).toBeCloseTo(1, 4)
    expect(cosine(a, b)).toBeGreaterThan(cosine(a, c) + 0.2)
  })

  test.each(['', ' ', '\u0000', '💥', 'x'.repeat(200_000)])('embeds odd text %#', async (text) => {
    expect(await embedder.embedQuery(text)).toHaveLength(512)
  })
})

describe('an embedding server', () => {
  let server: Server
  let url = ''
  let status = 200
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        const { input } = JSON.parse(body) as { input: string[] }
        response.writeHead(status, { 'content-type': 'application/json' })
        const data = [input]
          .flat()
          .map((text, index) => ({ object: 'embedding', index, embedding: [text.length, 1, 0] }))
        response.end(
          JSON.stringify({ object: 'list', data, model: 'm', usage: { prompt_tokens: 1, total_tokens: 1 } }),
        )
      })
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())

  test('answers with vectors made to length one', async () => {
    const embedder = await loadEmbedder('ollama:nomic-embed-text', { ...none, ollamaUrl: url })
    expect(embedder.model).toBe('ollama:nomic-embed-text')
    const [short, long] = await embedder.embedDocuments(['abc', 'abcdefgh'])
    expect(Math.hypot(...(short as number[]))).toBeCloseTo(1)
    expect(long?.[0]).toBeCloseTo(8 / Math.hypot(8, 1))
  })

  test('that refuses is one clear sentence', async () => {
    status = 401
    const embedder = await loadEmbedder('ollama:nomic-embed-text', { ...none, ollamaUrl: url })
    await expect(embedder.embedQuery('x')).rejects.toMatchObject({
      code: 'embedder_failed',
      message: expect.stringContaining('ollama:nomic-embed-text'),
    })
  })

  test('without its key is refused before anything is sent', async () => {
    await expect(loadEmbedder('openai:text-embedding-3-small', none)).rejects.toThrow(/OPENAI_API_KEY/)
    await expect(loadEmbedder('voyage:voyage-3', none)).rejects.toThrow(/VOYAGE_API_KEY/)
  })
})

describe('the vector cache', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-vectors-'))
  afterAll(() => rm(folder, { recursive: true }))

  test('gives back what was written, to half precision, for the same model and text only', async () => {
    const path = join(folder, 'vectors.bin')
    await writeVectorCache(
      path,
      'm1',
      new Map([
        ['one', [0.1, -0.5, 1]],
        ['two', [0, 0.25, -1]],
      ]),
    )
    const cache = await readVectorCache(path)
    expect(cache.get('m1', 'two')).toEqual(Float32Array.of(0, 0.25, -1))
    expect(cache.get('m1', 'one')?.[0]).toBeCloseTo(0.1, 3)
    expect(cache.get('m2', 'one')).toBeUndefined()
    expect(cache.get('m1', 'three')).toBeUndefined()
  })

  test('only what it misses is embedded, in the order of the texts', async () => {
    const path = join(folder, 'partial.bin')
    await writeVectorCache(path, 'm', new Map([['b', [1, 0]]]))
    const asked: string[][] = []
    const embedder = withCache(
      {
        model: 'm',
        embedQuery: async () => [],
        embedDocuments: async (texts) => {
          asked.push(texts)
          return texts.map(() => [0, 1])
        },
      },
      await readVectorCache(path),
    )
    const found = await embedder.embedDocuments(['a', 'b', 'c'])
    expect(found.map((vector) => [...vector])).toEqual([
      [0, 1],
      [1, 0],
      [0, 1],
    ])
    expect(asked).toEqual([['a', 'c']])
  })

  test('a missing or broken file is an empty cache', async () => {
    const path = join(folder, 'broken.bin')
    await writeFile(path, 'not a cache')
    expect((await readVectorCache(path)).get('m', 'x')).toBeUndefined()
    expect((await readVectorCache(join(folder, 'none.bin'))).get('m', 'x')).toBeUndefined()
  })
})
