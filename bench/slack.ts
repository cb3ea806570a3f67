import { parseArgs } from 'node:util'
import { TEST_DATABASE_URL } from '../test/support/test-database.ts'
import { cairn } from './slack/cairn.ts'
import { type System, scriptSystem, startScript, stopProcess } from './slack/system.ts'

/*
 * How soon mentions are acknowledged and whether each is answered once, at a steady rate: Cairn beside bare Bolt and the
 * Chat SDK, which only repeat what they are told. One after the other, each in a process of its own, as are the load and
 * the API that they call. Usage: npm run bench:slack -- [--rate 100] [--seconds 60] [--rounds 1] [--only NAME]
 */
const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '60' },
    'warm-up': { type: 'string', default: '5' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
  },
})
/** The queue counts as drained, or stuck, when nothing more was answered for so long. */
const QUIET_MS = 15_000

const systems: System[] = [
  scriptSystem('bare Bolt', 'bolt-app-process.ts'),
  scriptSystem('Chat SDK', 'chat-sdk-app-process.ts'),
  // It works on a server in earnest, and there is one only under scripts/with-postgres.ts.
  ...(TEST_DATABASE_URL ? [cairn] : []),
].filter(({ name }) => !values.only || values.only.includes(name))

interface Seen {
  sent: number
  outcomes: Record<string, number>
  lastSentAt: number
  seconds: number
  p50: number
  p95: number
  p99: number
  /** How late the load itself was: what it adds is not the system's. */
  late: number
}

interface State {
  answered: number
  more: number
  lastAnswerAt: number
  calls: Record<string, number>
}

interface Result extends Seen {
  name: string
  answered: number
  /** Answered before the last mention was sent. */
  answeredMeanwhile: number
  more: number
  drainSeconds: number
  calls: Record<string, number>
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const measure = async ({ name, start }: System): Promise<Result> => {
  const api = await startScript('fake-api-process.ts')
  const readState = async () => (await (await fetch(`${api.line}/state`)).json()) as State
  try {
    const system = await start(`${api.line}/api/`)
    try {
      const numbers = [values.rate, values.seconds, values['warm-up']]
      const load = await startScript('load-process.ts', system.url, ...numbers)
      const seen = JSON.parse(load.line) as Seen
      const { answered: answeredMeanwhile } = await readState()
      let state = await readState()
      let changedAt = Date.now()
      while (state.answered < seen.sent && Date.now() - changedAt < QUIET_MS) {
        await sleep(100)
        const now = await readState()
        if (now.answered > state.answered) changedAt = Date.now()
        state = now
      }
      // A second answer would come late.
      await sleep(1_000)
      const { answered, more, lastAnswerAt, calls } = await readState()
      const drainSeconds = Math.max(0, lastAnswerAt - seen.lastSentAt) / 1_000
      return { ...seen, name, answered, answeredMeanwhile, more, drainSeconds, calls }
    } finally {
      await system.stop()
    }
  } finally {
    await stopProcess(api.child)
  }
}

const ms = (value: number) => `${value.toFixed(1)} ms`
const report = (result: Result): string => {
  const { name, sent, outcomes, answered, answeredMeanwhile, more, drainSeconds, seconds, calls } = result
  const rest = answered - answeredMeanwhile
  return [
    `${name}: acknowledged p50 ${ms(result.p50)}, p95 ${ms(result.p95)}, p99 ${ms(result.p99)} (the load was up to ${ms(result.late)} late)`,
    `  ${sent} sent in ${seconds.toFixed(0)} s, by status ${JSON.stringify(outcomes)}; ${answered} answered, ${more} of them more than once`,
    `  drained ${drainSeconds.toFixed(1)} s after the last one${rest > 0 && drainSeconds > 0 ? `, ${(rest / drainSeconds).toFixed(0)} a second` : ''}; ${(answered / (seconds + drainSeconds)).toFixed(0)} answers a second over all`,
    `  calls: ${JSON.stringify(calls)}`,
  ].join('\n')
}

const results: Result[] = []
for (let round = 0; round < Number(values.rounds); round++)
  for (const system of systems) {
    try {
      const result = await measure(system)
      results.push(result)
      process.stdout.write(`${report(result)}\n`)
    } catch (error) {
      const reason = error instanceof Error ? error.message : error
      process.stdout.write(`${system.name} could not be measured: ${reason}\n`)
      process.exitCode = 1
    }
  }

/** The middle one of a system's rounds. */
const median = (name: string, of: 'p50' | 'p95' | 'p99'): number => {
  const sorted = results.filter((result) => result.name === name).map((result) => result[of])
  return sorted.sort((a, b) => a - b)[Math.floor(sorted.length / 2)] ?? Number.NaN
}
const [reference, ...others] = [...new Set(results.map(({ name }) => name))]
for (const name of others)
  if (reference !== undefined) {
    const ratio = (of: 'p50' | 'p95' | 'p99') => (median(name, of) / median(reference, of)).toFixed(2)
    process.stdout.write(
      `${name} as a ratio to ${reference}: p50 ${ratio('p50')}, p95 ${ratio('p95')}, p99 ${ratio('p99')}\n`,
    )
  }
