import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import { Gauge, Histogram, Registry } from 'prom-client'
import { AppError } from '../../errors.ts'
import type { ThreadStore } from '../../ports/thread-store.ts'

export interface OperationsOptions {
  host: string
  /** 0 takes a free one. */
  port: number
  counts: ThreadStore['counts']
  /** Waiting and failed jobs by queue. */
  jobCounts: () => Promise<{ queue: string; state: string; count: number }[]>
  /** Throws when the store does not answer. */
  ping: () => Promise<void>
  /** What channels want to be called at. */
  routes?: readonly RequestHandler[]
}

export interface Operations {
  port: number
  /** Counts one answered turn. */
  observeTurn(kind: string, milliseconds: number): void
  close(): Promise<void>
}

const READY_WITHIN_MS = 2_000
const TURN_BUCKETS_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]

const withinTime = async (work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), READY_WITHIN_MS)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

const createMetrics = ({ counts, jobCounts }: OperationsOptions) => {
  const registry = new Registry()
  const registers = [registry]
  const turns = new Histogram({
    name: 'cairn_turn_seconds',
    help: 'Time from beginning a turn to its finished answer, by kind of reply',
    labelNames: ['kind'],
    buckets: TURN_BUCKETS_S,
    registers,
  })
  const mail = (name: 'inbox' | 'outbox', help: string) =>
    new Gauge({
      name: `cairn_${name}`,
      help,
      labelNames: ['state'],
      registers,
      async collect() {
        this.reset()
        for (const [state, count] of Object.entries((await counts())[name])) this.set({ state }, count)
      },
    })
  mail('inbox', 'Messages by state')
  mail('outbox', 'Posts by state; an uncertain one may or may not have arrived, a dead one did not')
  new Gauge({
    name: 'cairn_jobs',
    help: 'Jobs by queue and state; queues that end in _dead hold what failed for good',
    labelNames: ['queue', 'state'],
    registers,
    async collect() {
      this.reset()
      for (const { queue, state, count } of await jobCounts()) this.set({ queue, state }, count)
    },
  })
  return { registry, turns }
}

/** Answers in words of our own; what really happened is no one's business out there. */
const hideErrors: ErrorRequestHandler = (_error, _request, response, _next) => {
  response.status(500).type('text/plain').send('Something failed; the log says more.\n')
}

/**
 * Serves what operators look at: `/healthz` while the process lives, `/readyz` while it can work, `/metrics`.
 * @throws AppError `bad_config` when the port is taken or may not be used.
 */
export const serveOperations = async (options: OperationsOptions): Promise<Operations> => {
  const { registry, turns } = createMetrics(options)
  const app = express()
    .disable('x-powered-by')
    .get('/healthz', (_request, response) => void response.type('text/plain').send('ok\n'))
    .get('/readyz', async (_request, response) => {
      response.type('text/plain')
      try {
        await withinTime(options.ping())
        response.send('ready\n')
      } catch {
        response.status(503).send('not ready: the store does not answer\n')
      }
    })
    .get('/metrics', async (_request, response) => {
      response.type(registry.contentType).send(await registry.metrics())
    })
  for (const route of options.routes ?? []) app.use(route)
  app.use(hideErrors)
  const server = await new Promise<Server>((resolve, reject) => {
    const listening: Server = app.listen(options.port, options.host, (error) =>
      error ? reject(error) : resolve(listening),
    )
  }).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError(
      'bad_config',
      `Cairn cannot serve on ${options.host}:${options.port} (${cause.code}); stop what uses it, or set PORT to another port.`,
      { cause },
    )
  })
  return {
    port: (server.address() as AddressInfo).port,
    observeTurn: (kind, milliseconds) => turns.observe({ kind }, milliseconds / 1_000),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
