import { resolve } from 'node:path'
import { z } from 'zod'
import { type Price, parsePrice } from './advisor/prices.ts'
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
  ANTHROPIC_API_KEY: z.string().optional(),
  ANTHROPIC_BASE_URL: z.url({ error: 'expected a URL such as https://api.anthropic.com' }).optional(),
  OPENAI_BASE_URL: z.url({ error: 'expected a URL such as https://api.openai.com/v1' }).optional(),
  MODEL: z
    .string()
    .regex(/^(?:claude-\S+|[a-z][a-z0-9_-]*:\S+)$/, {
      error: 'expected a Claude model such as claude-sonnet-5-5, or PROVIDER:MODEL such as ollama:llama3.1',
    })
    .optional(),
  MODEL_SMALL: z.string().optional(),
  MODEL_PRICE: z
    .string()
    .refine((text) => parsePrice(text) !== undefined, {
      error: 'expected US dollars for a million tokens of input and of output, such as 2/10',
    })
    .optional(),
  AWS_REGION: z.string().optional(),
  CLOUD_ML_REGION: z.string().optional(),
  ANTHROPIC_VERTEX_PROJECT_ID: z.string().optional(),
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
  WORKERS: z.coerce
    .number({ error: 'expected a number of processes from 0 to 64' })
    .int({ error: 'expected a number of processes from 0 to 64' })
    .min(0, { error: 'expected a number of processes from 0 to 64' })
    .max(64, { error: 'expected a number of processes from 0 to 64' })
    .default(1),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'expected a URL such as https://cairn.example.com' })
    .optional(),
  SLACK_BOT_TOKEN: z
    .string()
    .startsWith('xoxb-', { error: 'expected a bot token; it starts with xoxb-' })
    .optional(),
  SLACK_SIGNING_SECRET: z.string().optional(),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith('xapp-', { error: 'expected an app-level token; it starts with xapp-' })
    .optional(),
  SLACK_CLIENT_ID: z.string().optional(),
  SLACK_CLIENT_SECRET: z.string().optional(),
  SLACK_STATE_SECRET: z.string().optional(),
  SLACK_API_URL: z
    .url({ protocol: /^https?$/, error: 'expected a URL such as https://slack.com/api/' })
    .optional(),
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
  /** What composes answers; undefined: the passages alone. */
  model: ModelConfig | undefined
  /** Where `start` serves. */
  host: string
  port: number
  /** Processes that answer beside the one that takes messages in; the embedded store has room for none. */
  workers: number
  encryptionKey: string | undefined
  /** How Slack reaches Cairn; undefined: it does not. */
  slack: SlackConfig | undefined
  /** Where traces go; none are made without it. */
  tracesEndpoint: string | undefined
  logLevel: z.infer<typeof schema>['LOG_LEVEL']
}

/** One workspace by tokens, through a socket or over HTTP; or many by OAuth. */
export type SlackConfig = { apiUrl: string | undefined } & (
  | { mode: 'socket'; botToken: string; appToken: string }
  | { mode: 'http'; botToken: string; signingSecret: string }
  | {
      mode: 'oauth'
      signingSecret: string
      clientId: string
      clientSecret: string
      stateSecret: string
      publicUrl: string
    }
)

/** A model and how it is reached. */
export interface ModelConfig {
  through: 'anthropic' | 'bedrock' | 'vertex' | 'langchain'
  /** Its name at its provider; for LangChain with the provider in front. */
  name: string
  /** A cheaper one of the same provider that reads questions; undefined: none does. */
  small: string | undefined
  apiKey: string | undefined
  baseUrl: string | undefined
  region: string | undefined
  project: string | undefined
  price: Price | undefined
}

/** The model that answers when there is a key and none is named. */
const DEFAULT_MODEL = 'claude-sonnet-5-5'
const DEFAULT_SMALL = 'claude-haiku-5-5'

const modelOf = (data: z.infer<typeof schema>): ModelConfig | undefined => {
  const price = data.MODEL_PRICE === undefined ? undefined : parsePrice(data.MODEL_PRICE)
  const { MODEL: model = data.ANTHROPIC_API_KEY === undefined ? undefined : DEFAULT_MODEL } = data
  if (model === undefined) return undefined
  const [provider = '', ...rest] = model.split(':')
  const name = rest.join(':')
  const access = {
    small: data.MODEL_SMALL,
    apiKey: undefined,
    baseUrl: undefined,
    region: undefined,
    project: undefined,
    price,
  }
  if (provider === 'bedrock') return { ...access, through: 'bedrock', name, region: data.AWS_REGION }
  if (provider === 'vertex')
    return {
      ...access,
      through: 'vertex',
      name,
      region: data.CLOUD_ML_REGION,
      project: data.ANTHROPIC_VERTEX_PROJECT_ID,
    }
  if (name !== '' && provider !== 'anthropic')
    return {
      ...access,
      through: 'langchain',
      name: model,
      apiKey: data.OPENAI_API_KEY,
      baseUrl: data.OPENAI_BASE_URL,
    }
  // Servers that speak the same API may want no key.
  if (data.ANTHROPIC_API_KEY === undefined && data.ANTHROPIC_BASE_URL === undefined)
    throw new AppError(
      'bad_config',
      `MODEL is "${model}", and ANTHROPIC_API_KEY is not set. Set the key, or leave MODEL empty to answer without a model.`,
    )
  return {
    ...access,
    through: 'anthropic',
    name: name === '' ? model : name,
    small: data.MODEL_SMALL ?? (data.ANTHROPIC_BASE_URL === undefined ? DEFAULT_SMALL : undefined),
    apiKey: data.ANTHROPIC_API_KEY ?? 'none',
    baseUrl: data.ANTHROPIC_BASE_URL,
  }
}

const missing = (key: string, why: string) =>
  new AppError('bad_config', `${key} is not set, and ${why}. Set it in the environment or in .env.`)

const slackOf = (data: z.infer<typeof schema>): SlackConfig | undefined => {
  const {
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_APP_TOKEN: appToken,
    SLACK_CLIENT_ID: clientId,
    SLACK_CLIENT_SECRET: clientSecret,
    SLACK_STATE_SECRET: stateSecret,
    PUBLIC_URL: publicUrl,
  } = data
  const apiUrl =
    data.SLACK_API_URL && (data.SLACK_API_URL.endsWith('/') ? data.SLACK_API_URL : `${data.SLACK_API_URL}/`)
  if (botToken !== undefined) {
    if (appToken !== undefined) return { mode: 'socket', apiUrl, botToken, appToken }
    if (signingSecret !== undefined) return { mode: 'http', apiUrl, botToken, signingSecret }
    throw missing(
      'SLACK_APP_TOKEN',
      'SLACK_BOT_TOKEN needs it for Socket Mode (or SLACK_SIGNING_SECRET, to be reached over HTTP)',
    )
  }
  if (clientId === undefined) return undefined
  const why = 'SLACK_CLIENT_ID needs it to install Cairn into many workspaces'
  if (clientSecret === undefined) throw missing('SLACK_CLIENT_SECRET', why)
  if (stateSecret === undefined) throw missing('SLACK_STATE_SECRET', why)
  if (signingSecret === undefined) throw missing('SLACK_SIGNING_SECRET', why)
  if (publicUrl === undefined) throw missing('PUBLIC_URL', why)
  if (data.ENCRYPTION_KEY === undefined)
    throw missing(
      'ENCRYPTION_KEY',
      'the tokens of the workspaces are kept encrypted: openssl rand -base64 32 makes one',
    )
  return { mode: 'oauth', apiUrl, signingSecret, clientId, clientSecret, stateSecret, publicUrl }
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
    model: modelOf(data),
    host: data.HOST,
    port: data.PORT,
    workers: data.WORKERS,
    encryptionKey: data.ENCRYPTION_KEY,
    slack: slackOf(data),
    tracesEndpoint: data.OTEL_EXPORTER_OTLP_ENDPOINT,
    logLevel: data.LOG_LEVEL,
  }
}
