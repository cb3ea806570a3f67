import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadEmbedder } from '../../../src/adapters/embeddings/load-embedder.ts'
import { createExtractiveComposer } from '../../../src/adapters/extractive/composer.ts'
import { type Advisor, createAdvisor } from '../../../src/advisor/turn.ts'
import { type App, createApp } from '../../../src/app.ts'
import { readConfig } from '../../../src/config.ts'
import { createRetriever } from '../../../src/knowledge/retrieve.ts'
import { createVocabulary } from '../../../src/knowledge/vocabulary.ts'
import {
  type ChatScript,
  type FakeOpenAI,
  type ScriptedChat,
  startFakeOpenAI,
} from '../../support/fake-openai-api.ts'
import { KEY, openAIComposer, prompts } from '../../support/langchain.ts'
import { projectPlaybook } from '../../support/playbook.ts'
import { makeDirectory } from '../../support/test-database.ts'

const folder = makeDirectory()
let api: FakeOpenAI
let app: App
let advise: Advisor
beforeAll(async () => {
  api = await startFakeOpenAI()
  const config = readConfig({ CAIRN_DATA_DIR: folder.path }, '/')
  const embedder = await loadEmbedder(config.embeddings, config.keys)
  app = await createApp(config, { embedder })
  const playbook = await projectPlaybook()
  const vocabulary = createVocabulary(playbook.synonyms)
  advise = createAdvisor({
    playbook,
    vocabulary,
    retrieve: createRetriever({ store: app.store, embedder, playbook, vocabulary }),
    extractive: createExtractiveComposer(playbook, vocabulary),
    model: await openAIComposer(api.url, { waitMs: 100 }),
    clock: performance,
  })
})
afterAll(async () => {
  await app.close()
  await api.close()
  folder.remove()
})

const QUESTION = 'what does phase 2 cost in infrastructure?'
const ask = (...scripts: ChatScript[]) => {
  api.respond(...scripts)
  return advise({ tenantId: 'local', question: QUESTION })
}
/** A model that writes this, given the mark of the piece that holds the true figure, in chunks of seven characters. */
const writing =
  (write: (mark: string) => string, given: Partial<ScriptedChat> = {}): ChatScript =>
  ({ body }) => {
    const [, mark = ''] = /^(\[P\d+\.\d+\]) .*\$200K a month/m.exec(body.messages[1]?.content ?? '') ?? []
    return { text: write(mark).match(/[\s\S]{1,7}/g) ?? [], ...given }
  }

test('a true figure stays with its citation; a false one is left out', async () => {
  const { reply, composer, promptVersion, dropped, usage } = await ask(
    writing(
      (mark) => `answer\nIn phase 2 it costs $200K a month. ${mark} Later it costs $777K a month. ${mark}`,
    ),
    { text: ['-'] },
  )
  expect(reply.kind).toBe('answer')
  expect(reply.text).toBe('In phase 2 it costs $200K a month. [1]')
  expect(reply.citations).toMatchObject([{ n: 1, quote: expect.stringContaining('$200K a month') }])
  expect(reply.caveats.join()).toContain('left out')
  expect(dropped.join()).toContain('$777K')
  expect({ composer, promptVersion }).toEqual({ composer: 'openai:gpt-test', promptVersion: prompts.version })
  expect(usage).toHaveLength(2)
})

test('a false figure is written anew, once', async () => {
  const { reply } = await ask(
    writing((mark) => `answer\nIn phase 2 it costs $300K a month. ${mark}`),
    writing((mark) => `It costs $200K a month. ${mark}`),
  )
  expect(reply.text).toBe('It costs $200K a month. [1]')
})

test('a model that cannot be used leaves the answer to the passages, and the reason to the operator', async () => {
  const { reply, composer, modelFailure } = await ask({ status: 401 })
  expect(composer).toBe('extractive')
  expect(reply.text).toContain('$200K a month')
  expect(reply.caveats.join()).toContain('could not be used')
  expect(modelFailure).toMatchObject({ message: expect.stringContaining('check OPENAI_API_KEY') })
  expect(JSON.stringify(reply)).not.toContain(KEY)
})

test('an answer that breaks off keeps what was true of it', async () => {
  const { reply, modelFailure } = await ask(
    writing((mark) => `answer\nIn phase 2 it costs $200K a month. ${mark} And the re`, { ending: 'cut' }),
    { status: 401 },
  )
  expect(reply.text).toBe('In phase 2 it costs $200K a month. [1]')
  expect(reply.caveats.join()).toContain('broke off')
  expect(modelFailure).toBeDefined()
})
