import { AsyncLocalStorage } from 'node:async_hooks'
import { trace as api, type Context, ROOT_CONTEXT, SpanStatusCode } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-node'
import type { Tracer } from '../../ports/tracer.ts'

export interface TracesOptions {
  /** Address of an OTLP collector that speaks HTTP, without `/v1/traces`. */
  endpoint: string
  /** Told why spans were lost, once and then at most every `tellEveryMs`. */
  onLoss: (reason: string) => void
  tellEveryMs?: number
}

export interface Traces {
  trace: Tracer
  /** Sends what is left, as far as that is possible in three seconds. */
  close(): Promise<void>
}

/** Time for one delivery, its repetitions included. */
const DELIVERY_MS = 2_000
/** How long a process may be held up at its end; a delivery that began last fails before, and is told of. */
const CLOSE_MS = 3_000
const TELL_EVERY_MS = 10 * 60_000
const CODE = /^[\w.-]{1,60}$/

const placeOf = (endpoint: string): URL => {
  const url = new URL(endpoint)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`
  return url
}

/** A code where there is one, else the kind of error: the program's words, and not a person's. */
const typeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error
  return 'code' in error && typeof error.code === 'string' && CODE.test(error.code) ? error.code : error.name
}

/** The exporter, whose failures would otherwise be known to nobody. */
const telling = (exporter: SpanExporter, onFailure: (error: Error) => void): SpanExporter => ({
  export: (spans, done) =>
    exporter.export(spans, (result) => {
      if (result.error) onFailure(result.error)
      done(result)
    }),
  shutdown: () => exporter.shutdown(),
})

/**
 * Traces by OpenTelemetry, sent in the background to a collector. Nothing is registered globally, so that no library
 * begins to record by itself, and what runs below what is kept here.
 */
export const startTraces = ({ endpoint, onLoss, tellEveryMs = TELL_EVERY_MS }: TracesOptions): Traces => {
  const place = placeOf(endpoint)
  let toldAt = Number.NEGATIVE_INFINITY
  const tell = (error: Error) => {
    const now = performance.now()
    if (now - toldAt < tellEveryMs) return
    toldAt = now
    onLoss(
      `Traces are lost: the collector at ${place.origin} did not take them (${typeOf(error)}). Start it, or correct or remove OTEL_EXPORTER_OTLP_ENDPOINT; answers are not affected.`,
    )
  }
  const exporter = new OTLPTraceExporter({ url: place.href, timeoutMillis: DELIVERY_MS })
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'cairn' }),
    spanProcessors: [new BatchSpanProcessor(telling(exporter, tell), { exportTimeoutMillis: CLOSE_MS })],
  })
  const tracer = provider.getTracer('cairn')
  const running = new AsyncLocalStorage<Context>()

  return {
    trace: async (name, attributes, work) => {
      const parent = running.getStore() ?? ROOT_CONTEXT
      const span = tracer.startSpan(name, { attributes }, parent)
      try {
        return await running.run(api.setSpan(parent, span), () =>
          work({ set: (more) => void span.setAttributes(more) }),
        )
      } catch (error) {
        const type = typeOf(error)
        // Without the error itself: its message may quote what a person wrote.
        span.recordException({ name: type })
        span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR })
        throw error
      } finally {
        span.end()
      }
    },
    close: async () => {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_MS)
      })
      await Promise.race([provider.shutdown().catch(() => {}), late])
      clearTimeout(timer)
    },
  }
}
