import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Anthropic } from '@anthropic-ai/sdk'
import type { MessageCreateParamsStreaming } from '@anthropic-ai/sdk/resources/messages'
import { createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'

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

// Processor time for each delta of whole answers without a pace; what a turn costs otherwise (retrieval, the making of
// the request) is taken off by answers of one sentence.
const client = new Anthropic({ apiKey: 'none', baseURL: url, maxRetries: 0 })
const wanted = { few: 'sentences=1', many: `sentences=${SENTENCES}` }
await advise(wanted.many)
const { requests } = await received()
const requestOf = (text: string) =>
  requests.findLast(({ body }) => JSON.stringify(body).includes(`(${text})`)) as Received
const sent = new Map([wanted.few, wanted.many].map((text) => [text, requestOf(text)]))
const deltasOf = (text: string) => sent.get(text)?.deltas.length ?? 0
const bodyOf = (text: string) => (sent.get(text) as Received).body
const deltas = deltasOf(wanted.many) - deltasOf(wanted.few)
const bare = async (text: string) => {
  const stream = await client.messages.create(bodyOf(text))
  for await (const _ of stream);
}
/** The SDK's own reader, which also puts the message together. */
const reading = async (text: string) => {
  const { stream: _, ...body } = bodyOf(text)
  await client.messages.stream(body).finalMessage()
}
const repeat = (work: (text: string) => Promise<unknown>, text: string) =>
  cpuOf(async () => {
    for (let answer = 0; answer < ANSWERS; answer++) await work(text)
  })
const rounds: { cairn: number; sdk: number; reader: number }[] = []
for (let round = 0; round < 5; round++) {
  const perDelta = async (work: (text: string) => Promise<unknown>) =>
    ((await repeat(work, wanted.many)) - (await repeat(work, wanted.few))) / ANSWERS / deltas
  rounds.push({
    cairn: await perDelta(advise),
    sdk: await perDelta(bare),
    reader: await perDelta(reading),
  })
}
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
    `processor time a delta (answers of ${SENTENCES} sentences, ${deltas} deltas; median of ${rounds.length} rounds): Cairn ${cairn.toFixed(1)} µs; the SDK's bare events ${sdk.toFixed(1)} µs, ratio ${(cairn / sdk).toFixed(2)}; the SDK's stream() ${reader.toFixed(1)} µs, ratio ${(cairn / reader).toFixed(2)}`,
    `${AT_ONCE} turns at once: ${turns.filter(Boolean).length} whole and their own`,
    '',
  ].join('\n'),
)
await app.close()
await rm(folder, { recursive: true, force: true })
server.kill()
