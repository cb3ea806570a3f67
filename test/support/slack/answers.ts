import type { Answer, ApiCall, Json } from './api-call.ts'
import type { SlackEmulator } from './emulator.ts'
import { addFacts } from './facts.ts'
import { createStreams, type Streams } from './streams.ts'
import { APP, botToken, personToken, readerToken } from './workspace.ts'

/** Answers calls as Slack would: by the emulator of the token's workspace, and by itself what that one lacks. */
export interface Answers {
  streams: Streams
  answer(call: ApiCall, authorization: string | undefined): Promise<Answer>
  /** What a token was granted; undefined when it is unknown, or stands for a person. */
  scopesOf(token: string | undefined): string[] | undefined
  describe(id: string, facts: Json): void
  refuse(token: string, error: string): void
  /** Lets the app see a file that came with its form; the emulator shows it to its owner alone. */
  handIn(fileId: string, ownerToken: string): void
  /** The token by which a file is seen that came with a form. */
  ownerOf(fileId: string): string | undefined
}

/** Methods that the emulator does not have and that only have to be taken, with the scopes of which one is needed. */
const TAKEN: Record<string, string[]> = {
  'agents.sessions.rename': [],
  'agents.sessions.setStatus': [],
  'assistant.threads.setStatus': ['chat:write', 'assistant:write'],
  'assistant.threads.setSuggestedPrompts': ['assistant:write'],
  'assistant.threads.setTitle': ['assistant:write'],
}
const WITH_FACTS = [
  'conversations.info',
  'conversations.list',
  'conversations.open',
  'users.info',
  'users.list',
  'users.lookupByEmail',
]
const WITH_MESSAGES = ['conversations.history', 'conversations.replies']
const POSTING = ['chat.postMessage', 'chat.postEphemeral', 'chat.scheduleMessage', 'chat.update']

interface Grant {
  emulator: SlackEmulator
  scopes: string[] | undefined
  isBot: boolean
}

const refusal = (error: string): Answer => ({ ok: false, error })

/** Slack lets a bot write where it is a member; the emulator lets it write into every public channel. */
const isOutside = ({ workspace, channels }: SlackEmulator, channel: unknown): boolean =>
  Object.entries(workspace.channels).some(
    ([name, { withBot = true }]) => !withBot && channels[name]?.id === channel,
  )

/** Slack tells metadata only to those who ask for it. */
const withoutMetadata = ({ messages, ...answer }: Answer): Answer => ({
  ...answer,
  messages: Array.isArray(messages) ? messages.map(({ metadata: _, ...message }: Json) => message) : messages,
})

/** Brings arguments into the form that the emulator takes, with what Slack adds to a bot's messages. */
const prepare = ({ method, args }: ApiCall, { isBot, emulator }: Grant): Json => {
  if (!POSTING.includes(method)) return args
  const { markdown_text: markdown, ...rest } = args
  return {
    ...rest,
    ...(markdown !== undefined && { text: markdown }),
    ...(isBot && { bot_id: emulator.botId, app_id: APP.id }),
  }
}

export const createAnswers = (
  emulators: SlackEmulator[],
  { url, openSocket }: { url: string; openSocket: () => string },
): Answers => {
  const grants = new Map<string, Grant>()
  const refused = new Map<string, string>()
  const added = new Map<string, Json>()
  const owners = new Map<string, string>()
  for (const emulator of emulators) {
    const { workspace } = emulator
    grants.set(botToken(workspace), { emulator, scopes: workspace.scopes, isBot: true })
    grants.set(readerToken(workspace), { emulator, scopes: undefined, isBot: true })
    for (const name of Object.keys(workspace.people))
      grants.set(personToken(workspace, name), { emulator, scopes: undefined, isBot: false })
  }

  /** By id, looked up each time: ids are new after a restart. */
  const knownFacts = (): Map<string, Json> => {
    const known = new Map<string, Json>()
    for (const { workspace, users, channels } of emulators) {
      for (const [name, { facts = {} }] of Object.entries(workspace.people))
        known.set(users[name]?.id ?? '', facts)
      for (const [name, { facts = {} }] of Object.entries(workspace.channels))
        known.set(channels[name]?.id ?? '', facts)
    }
    for (const [id, more] of added) known.set(id, { ...known.get(id), ...more })
    return known
  }

  const callEmulator = async (method: string, args: Json, token: string | undefined): Promise<Answer> => {
    const grant = grants.get(token ?? '')
    if (!grant) return refusal(token === undefined ? 'not_authed' : 'invalid_auth')
    const response = await grant.emulator.request(`/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(args),
    })
    const text = grant.emulator.localize(await response.text(), url)
    if (response.status === 404) return refusal('unknown_method')
    // It allows each token 5,000 calls until it is started anew.
    if (response.status !== 200)
      throw new Error(`the emulator answered ${response.status} to ${method}: ${text}`)
    return JSON.parse(text) as Answer
  }
  const streams = createStreams(callEmulator)

  /** Exchanges a code at the workspace that gave it; the token is known from then on. */
  const install = async ({ args }: ApiCall, authorization: string | undefined): Promise<Answer> => {
    for (const emulator of emulators) {
      const response = await emulator.request('/api/oauth.v2.access', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
        body: JSON.stringify(args),
      })
      const answer = JSON.parse(emulator.localize(await response.text(), url)) as Answer
      if (answer.error === 'invalid_code') continue
      if (answer.ok)
        grants.set(String(answer.access_token), {
          emulator,
          scopes: String(answer.scope).split(','),
          isBot: true,
        })
      return answer
    }
    return refusal('invalid_code')
  }

  const take = ({ emulator, scopes = [] }: Grant, needed: string[]): Answer => {
    const isAllowed = needed.length === 0 || needed.some((scope) => scopes.includes(scope))
    if (isAllowed || !emulator.workspace.strictScopes) return { ok: true }
    return { ...refusal('missing_scope'), needed: needed[0], provided: scopes.join(',') }
  }

  const revoke = (token: string): Answer => {
    refused.set(token, 'token_revoked')
    return { ok: true, revoked: true }
  }

  const answer: Answers['answer'] = async (call, authorization) => {
    const { method, args, token = '' } = call
    const error = refused.get(token)
    if (error !== undefined) return refusal(error)
    if (method === 'oauth.v2.access') return install(call, authorization)
    if (method === 'apps.connections.open')
      return token === APP.appToken ? { ok: true, url: openSocket() } : refusal('invalid_auth')
    const grant = grants.get(token)
    if (!grant) return refusal(token === '' ? 'not_authed' : 'invalid_auth')
    const needed = TAKEN[method]
    if (needed) return take(grant, needed)
    if (method === 'auth.revoke') return revoke(token)
    if (method === 'chat.startStream') return streams.start(call)
    if (method === 'chat.appendStream') return streams.append(call)
    if (method === 'chat.stopStream') return streams.stop(call)
    if (streams.isOpen(args.channel, args.ts)) {
      if (method === 'chat.update') return refusal('streaming_state_conflict')
      if (method === 'chat.delete') return refusal('cant_delete_message')
    }
    if (method === 'files.info' && owners.has(String(args.file))) {
      const allowed = take(grant, ['files:read'])
      return allowed.ok ? callEmulator(method, args, owners.get(String(args.file))) : allowed
    }
    if (grant.isBot && POSTING.includes(method) && isOutside(grant.emulator, args.channel))
      return refusal('not_in_channel')
    const usual = await callEmulator(method, prepare(call, grant), token)
    if (WITH_FACTS.includes(method)) return { ...usual, ...addFacts(usual, knownFacts()) }
    const isBare = WITH_MESSAGES.includes(method) && String(args.include_all_metadata) !== 'true'
    return isBare ? withoutMetadata(usual) : usual
  }
  return {
    streams,
    answer,
    scopesOf: (token = '') => grants.get(token)?.scopes,
    describe: (id, facts) => void added.set(id, { ...added.get(id), ...facts }),
    refuse: (token, error) => void refused.set(token, error),
    handIn: (fileId, ownerToken) => void owners.set(fileId, ownerToken),
    ownerOf: (fileId) => owners.get(fileId),
  }
}
