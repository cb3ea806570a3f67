import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Anthropic } from '@anthropic-ai/sdk'
import type { MessageCreateParamsStreaming } from '@anthropic-ai/sdk/resources/messages'
import { createClaudeComposer } from '../src/adapters/claude/composer.ts'
import { composeVerified } from '../src/advisor/compose.ts'
import { createVerifier } from '../src/advisor/verify.ts'
import { createApp, readPlaybook } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { createVocabulary } from '../src/knowledge/vocabulary.ts'
import type { Passage } from '../src/ports/knowledge-store.ts'
import { anAsk } from '../test/support/asks.ts'
import { SOURCE } from './fake-answers.ts'

/*
 * What Cairn adds to the time and work of a model: the composer on Claude and the verifier beside the bare SDK, both
 * against the same fake server in a process of its own. Usage: npm run bench:composer
 */
/** As many sentences as an answer has room for. */
const SENTENCES = 12
const ANSWERS = 40
const PACED_TURNS = 20
/** Deltas of the first sentence, its citation included. */
const DELTAS_OF_FIRST =
  Math.ceil('For a the move from a small to a medium team takes 6-9 months.'.length / 4) + 1
const AT_ONCE = 50

const root = join(import.meta.dirname, '..')
const server = spawn(
  process.execPath,
  [join(root, 'test/support/fake-messages-api-process.ts'), join(root, 'bench/fake-answers.ts')],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
const [url] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'))
const config = readConfig(
  { CAIRN_DATA_DIR: folder, ANTHROPIC_API_KEY: 'none', ANTHROPIC_BASE_URL: url },
  root,
)
const app = await createApp(config)
await app.ensureTenant('local')
await app.settings.put('local', 'budget.usd_per_day', 10_000, undefined)

interface Received {
  body: MessageCreateParamsStreaming
  deltas: number[]
}
const received = async (): Promise<{ timeOrigin: number; requests: Received[] }> =>
  (await (await fetch(`${url}/requests`)).json()) as { timeOrigin: number; requests: Received[] }
const percentile = (values: number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] as number
const advise = (question: string, onText: (text: string) => void = () => {}) =>
  app.advise({
    tenantId: 'local',
    question: `How long does moving from 8 to 25 developers take? (${question})`,
    onProgress: (progress) => progress.type === 'text' && onText(progress.text),
  })
const cpuOf = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

await advise('sentences=1')

// A model's pace: from the last delta of the first sentence, as the server wrote it, to the sentence being released.
const late: number[] = []
for (let turn = 0; turn < PACED_TURNS; turn++) {
  let releasedAt: number | undefined
  await advise('sentences=3 paced=1', () => (releasedAt ??= performance.timeOrigin + performance.now()))
  const { timeOrigin, requests } = await received()
  // The first delta is the line that is not shown, then come the sentence's own and, last, its citation.
  const lastDelta = timeOrigin + (requests.at(-1)?.deltas[DELTAS_OF_FIRST] ?? Number.NaN)
  late.push((releasedAt ?? Number.NaN) - lastDelta)
}

// Processor time for whole answers without a pace: composing, checking and releasing them, beside the SDK reading the
// same. Retrieval is left out, and the request is made small: both are the same whatever the model writes.
const playbook = await readPlaybook()
const entry = playbook.entry(SOURCE) as NonNullable<ReturnType<typeof playbook.entry>>
const passage: Passage = { ...entry, documentId: 'stages', style: 'list' }
const client = new Anthropic({ apiKey: 'none', baseURL: url, maxRetries: 0 })
const prompts = { advisor: 'Advise.', rewrite: 'Rewrite.', marks: '', reading: '', version: 'bench' }
const composer = createClaudeComposer({ client, model: 'claude-sonnet-5-5', prompts, knowledge: [passage] })
const verifier = createVerifier(playbook.axes, createVocabulary(playbook.synonyms))
const ask = anAsk(`How long does it take? (sentences=${SENTENCES})`, [passage])
const compose = async () => {
  const { text, dropped } = await composeVerified({
    composer,
    ask,
    onProgress: () => {},
    signal: undefined,
    verify: (_, onText) =>
      verifier({ find: () => passage, given: () => ask.question, onText, limit: 10_000 }),
  })
  if (dropped.length > 0 || text.length < 500)
    throw new Error(`the answer was not whole: ${dropped.join('; ')}`)
}
await compose()
const { body, deltas } = (await received()).requests.at(-1) as Received
const bare = async () => {
  const stream = await client.messages.create(body)
  for await (const _ of stream);
}
/** The SDK's own reader, which also puts the message together. */
const reading = async () => {
  const { stream: _, ...request } = body
  await client.messages.stream(request).finalMessage()
}
const perDelta = async (work: () => Promise<unknown>) =>
  (await cpuOf(async () => {
    for (let answer = 0; answer < ANSWERS; answer++) await work()
  })) /
  ANSWERS /
  deltas.length
const rounds: { cairn: number; sdk: number; reader: number }[] = []
for (let round = 0; round < 9; round++)
  rounds.push({
    cairn: await perDelta(compose),
    sdk: await perDelta(bare),
    reader: await perDelta(reading),
  })
const median = (of: keyof (typeof rounds)[number]) =>
  percentile(
    rounds.map((round) => round[of]),
    0.5,
  )
const [cairn, sdk, reader] = [median('cairn'), median('sdk'), median('reader')]

// Many at once: each has its own answer, whole.
const turns = await Promise.all(
  Array.from({ length: AT_ONCE }, async (_, index) => {
    let streamed = ''
    const { reply } = await advise(
      `sentences=4 paced=1 answer=${1_000 + index}`,
      (text) => (streamed += text),
    )
    const own = new RegExp(`asked under ${1_000 + index}\\b`)
    return (
      own.test(reply.text) &&
      (reply.text.match(/asked under/g) ?? []).length === 1 &&
      streamed.trim() === reply.text
    )
  }),
)

const ms = (value: number) => `${value.toFixed(1)} ms`
process.stdout.write(
  [
    `first sentence released after its last delta (600 ms to the first, 20 ms a delta, ${PACED_TURNS} turns): p50 ${ms(percentile(late, 0.5))}, p95 ${ms(percentile(late, 0.95))}, most ${ms(Math.max(...late))}`,
    `processor time a delta (answers of ${SENTENCES} sentences, ${deltas.length} deltas; median of ${rounds.length} rounds): Cairn ${cairn.toFixed(1)} µs; the SDK's bare events ${sdk.toFixed(1)} µs, ratio ${(cairn / sdk).toFixed(2)}; the SDK's stream() ${reader.toFixed(1)} µs, ratio ${(cairn / reader).toFixed(2)}`,
    `${AT_ONCE} turns at once: ${turns.filter(Boolean).length} whole and their own`,
    '',
  ].join('\n'),
)
await app.close()
await rm(folder, { recursive: true, force: true })
server.kill()
