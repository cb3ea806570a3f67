import { Agent, request } from 'node:http'
import { signedHeaders } from '../../test/support/slack/sign.ts'
import { CREDENTIALS } from './credentials.ts'

// Sends mentions at a steady rate, whether or not the app keeps up: load-process.ts URL RATE SECONDS WARM_UP_SECONDS.
// It prints what it saw, as JSON: acknowledgements of the warm-up are not measured.

const { teamId, appId, botUserId, signingSecret } = CREDENTIALS
const [address = '', ...numbers] = process.argv.slice(2)
const [rate = 100, seconds = 60, warmUpSeconds = 0] = numbers.map(Number)
/** Slack takes an app for unreachable after this long. */
const TIMEOUT_MS = 3_000
const CHANNELS = 50
const PEOPLE = 20

const total = Math.round(rate * (warmUpSeconds + seconds))
const measuredFrom = Math.round(rate * warmUpSeconds)
const startedAt = Date.now()
const run = startedAt.toString(36).toUpperCase()
const latencies: number[] = []
const lateness: number[] = []
const outcomes: Record<string, number> = {}
const agent = new Agent({ keepAlive: true, maxSockets: 512 })

const mention = (n: number): string => {
  const ts = `${Math.floor(startedAt / 1_000)}.${String(n).padStart(6, '0')}`
  return JSON.stringify({
    token: 'bench',
    team_id: teamId,
    context_team_id: teamId,
    api_app_id: appId,
    type: 'event_callback',
    event_id: `Ev${run}${n}`,
    event_time: Math.floor(Date.now() / 1_000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: teamId,
        user_id: botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event: {
      type: 'app_mention',
      user: `U0PERSON${n % PEOPLE}`,
      text: `<@${botUserId}> How large is a squad? (${n})`,
      ts,
      event_ts: ts,
      team: teamId,
      channel: `C0CHANNEL${n % CHANNELS}`,
    },
  })
}

const send = (n: number, sentAt = performance.now()): Promise<void> =>
  new Promise((resolve) => {
    const body = mention(n)
    const finish = (outcome: string) => {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      // What is refused at once is no acknowledgement.
      if (n >= measuredFrom && outcome === '200') latencies.push(performance.now() - sentAt)
      resolve()
    }
    const outgoing = request(
      address,
      {
        method: 'POST',
        agent,
        timeout: TIMEOUT_MS,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...signedHeaders(signingSecret, body),
        },
      },
      (response) => response.resume().on('end', () => finish(String(response.statusCode))),
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')))
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // The app closed an idle connection in the moment in which it was used again; Slack sends anew as well.
      if (error.code !== 'ECONNRESET' || !outgoing.reusedSocket) return finish(error.message)
      outcomes.resent = (outcomes.resent ?? 0) + 1
      resolve(send(n, sentAt))
    })
    outgoing.end(body)
  })

const quantile = (values: number[], share: number): number =>
  values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

const sending: Promise<void>[] = []
const begun = performance.now()
while (sending.length < total) {
  const due = begun + (sending.length * 1_000) / rate
  const early = due - performance.now()
  if (early > 0) {
    await new Promise((resolve) => setTimeout(resolve, early))
    continue
  }
  if (sending.length >= measuredFrom) lateness.push(-early)
  sending.push(send(sending.length))
}
const lastSentAt = Date.now()
await Promise.all(sending)
for (const values of [latencies, lateness]) values.sort((a, b) => a - b)
process.stdout.write(
  `${JSON.stringify({
    sent: total,
    outcomes,
    lastSentAt,
    seconds: (lastSentAt - startedAt) / 1_000,
    p50: quantile(latencies, 0.5),
    p95: quantile(latencies, 0.95),
    p99: quantile(latencies, 0.99),
    late: quantile(lateness, 0.99),
  })}\n`,
)
agent.destroy()
