import { appendFileSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { createClaudeClient } from '../../src/adapters/claude/client.ts'
import { createClaudeComposer } from '../../src/adapters/claude/composer.ts'
import { createExtractiveComposer } from '../../src/adapters/extractive/composer.ts'
import { startJobs } from '../../src/adapters/jobs/pg-boss.ts'
import { createKnowledgeStore } from '../../src/adapters/postgres/knowledge-store.ts'
import { createPeopleStore } from '../../src/adapters/postgres/people-store.ts'
import { openDatabase } from '../../src/adapters/postgres/pool.ts'
import { createThreadStore } from '../../src/adapters/postgres/thread-store.ts'
import { createTurnJournals } from '../../src/adapters/postgres/turn-journals.ts'
import { createAdvisor } from '../../src/advisor/turn.ts'
import { readPlaybook } from '../../src/app.ts'
import { THREADS_QUEUE } from '../../src/jobs/queues.ts'
import { createVocabulary } from '../../src/knowledge/vocabulary.ts'
import type { Passage } from '../../src/ports/knowledge-store.ts'
import type { Tool } from '../../src/ports/toolbox.ts'
import { createAnswerMessage } from '../../src/threads/answer-message.ts'
import { createDelivery } from '../../src/threads/deliver.ts'
import { createThreadWorkers } from '../../src/threads/thread-workers.ts'
import { createThreadWork } from '../../src/threads/work-thread.ts'
import { platformClient } from './fake-platform.ts'
import { aPassage } from './knowledge.ts'

// A worker process that answers on Claude, for tests that kill some:
// claude-worker-process.ts DATABASE_URL|DIRECTORY PLATFORM_URL CLAUDE_URL DIARY. Its tool writes into the diary when a
// run starts and ends; the first run of step 2 never ends.

const [at, platformUrl, baseUrl, diary] = process.argv.slice(2) as [string, string, string, string]
const onError = (error: unknown) => process.stderr.write(`${String(error)}\n`)
const write = (line: string) => appendFileSync(diary, `${line} ${process.pid}\n`)

const playbook = await readPlaybook()
const vocabulary = createVocabulary(playbook.synonyms)
const database = await openDatabase(at.includes('://') ? { databaseUrl: at, dataDir: '' } : { dataDir: at })
const store = createThreadStore(database.db, { settleMs: 1_000 })

const passageOf = ({ id, body }: { id: string; body: string }): Passage => {
  const { vector: _, lines: __, ...passage } = aPassage({ id, body })
  return { ...passage, documentId: 'guide', document: 'Guide', origin: 'stages' }
}
const input = z.strictObject({ step: z.number() })
const lookUp: Tool<typeof input> = {
  name: 'look_up',
  description: 'Looks a step up.',
  input,
  run: async ({ step }) => {
    const isFirst = !readFileSync(diary, 'utf8').includes(`started ${step} `)
    write(`started ${step}`)
    if (step === 2 && isFirst) await new Promise(() => {})
    write(`ended ${step}`)
    return {
      passages: [passageOf({ id: `step-${step}`, body: `Step ${step} takes ${step + 10} days.` })],
      computed: [],
    }
  },
}
const advise = createAdvisor({
  playbook,
  vocabulary,
  retrieve: async () => ({ facets: [], merged: [] }),
  extractive: createExtractiveComposer(playbook, vocabulary),
  model: createClaudeComposer({
    client: await createClaudeClient({ through: 'anthropic', apiKey: 'key', baseUrl }),
    model: 'claude-sonnet-5-5',
    prompts: { advisor: 'Advise.', rewrite: 'Rewrite.', marks: '', reading: '', version: 'v1' },
    knowledge: [passageOf({ id: 'shared', body: 'Shared knowledge.' })],
  }),
  tools: () => [lookUp],
  clock: performance,
})

const jobs = await startJobs({ ...database, queues: [THREADS_QUEUE], onError })
const work = createThreadWork({
  store,
  answer: createAnswerMessage({
    store,
    people: createPeopleStore(database.db),
    knowledge: createKnowledgeStore(database.db),
    advise: async (given) => {
      const result = await advise(given)
      write(`paid ${result.usage.length}`)
      return result
    },
    platforms: {},
    journals: createTurnJournals(database.db),
  }),
  deliver: createDelivery({
    store,
    platforms: { web: platformClient(platformUrl) },
    random: Math.random,
    now: () => performance.now(),
  }),
  onFailure: (_key, _message, error) => onError(error),
  leaseSeconds: 1.5,
})
await createThreadWorkers({ jobs, store, work, sweepMs: 200, onError }).start()
process.stdout.write('ready\n')
