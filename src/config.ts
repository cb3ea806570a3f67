import { resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from './errors.ts'

const EMBEDDINGS = /^(?:use-lite|(?:voyage|openai|ollama):\S+)$/

const schema = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(?:ql)?:\/\//, { error: 'expected a URL that starts with postgres:// or postgresql://' })
    .optional(),
  CAIRN_DATA_DIR: z.string().default('.cairn'),
  EMBEDDINGS: z
    .string()
    .regex(EMBEDDINGS, { error: 'expected use-lite, voyage:MODEL, openai:MODEL or ollama:MODEL' })
    .default('use-lite'),
  OPENAI_API_KEY: z.string().optional(),
  VOYAGE_API_KEY: z.string().optional(),
  OLLAMA_URL: z
    .url({ error: 'expected a URL such as http://127.0.0.1:11434' })
    .default('http://127.0.0.1:11434'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce
    .number({ error: 'expected a port from 0 to 65535; 0 takes a free one' })
    .int()
    .min(0, { error: 'expected a port from 0 to 65535; 0 takes a free one' })
    .max(65_535, { error: 'expected a port from 0 to 65535; 0 takes a free one' })
    .default(3000),
  ENCRYPTION_KEY: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'expected a URL such as http://127.0.0.1:4318' })
    .optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('warn'),
})

/** Every key that the environment may set; `.env.example` lists the same. */
export const CONFIG_KEYS = Object.keys(schema.shape)

export interface Config {
  databaseUrl: string | undefined
  /** Absolute folder of the embedded store. */
  dataDir: string
  embeddings: string
  keys: { openai: string | undefined; voyage: string | undefined; ollamaUrl: string }
  /** Where `start` serves. */
  host: string
  port: number
  encryptionKey: string | undefined
  /** Where traces go; none are made without it. */
  tracesEndpoint: string | undefined
  logLevel: z.infer<typeof schema>['LOG_LEVEL']
}

/**
 * Reads the configuration. An empty value counts as unset.
 * @throws AppError `bad_config` naming the key, what was found and what was expected; never a secret's value.
 */
export const readConfig = (env: Record<string, string | undefined>, workingFolder: string): Config => {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
  const result = schema.safeParse(present)
  if (!result.success) {
    const issue = result.error.issues[0]
    const key = String(issue?.path[0])
    const found = /URL|ENDPOINT|KEY|TOKEN|SECRET|PASSWORD/.test(key) ? '' : ` is "${present[key]}"`
    throw new AppError(
      'bad_config',
      `${key}${found}: ${issue?.message}. Correct it in the environment or in .env.`,
    )
  }
  const { data } = result
  return {
    databaseUrl: data.DATABASE_URL,
    dataDir: resolve(workingFolder, data.CAIRN_DATA_DIR),
    embeddings: data.EMBEDDINGS,
    keys: { openai: data.OPENAI_API_KEY, voyage: data.VOYAGE_API_KEY, ollamaUrl: data.OLLAMA_URL },
    host: data.HOST,
    port: data.PORT,
    encryptionKey: data.ENCRYPTION_KEY,
    tracesEndpoint: data.OTEL_EXPORTER_OTLP_ENDPOINT,
    logLevel: data.LOG_LEVEL,
  }
}
