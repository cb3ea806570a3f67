import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Answer, Json } from './api-call.ts'
import { APP, botToken, personToken, readerToken, seedOf, WORKSPACE, type Workspace } from './workspace.ts'

const SCRIPT = join(import.meta.dirname, 'emulator-process.ts')
/** The one team that the emulator knows; answers are told in the workspace's own id. */
const EMULATED_TEAM = 'T000000001'

export interface SlackUser {
  id: string
  name: string
  realName: string
  email: string
  token: string
}

export interface SlackChannel {
  id: string
  name: string
  isPrivate: boolean
}

/** What is known of the running emulator; ids are new after a restart. */
interface Emulated {
  users: Record<string, SlackUser>
  channels: Record<string, SlackChannel>
  botUserId: string
  botId: string
}

export interface SlackEmulator extends Emulated {
  url: string
  workspace: Workspace
  teamId: string
  appId: string
  /** The bot's. */
  token: string
  /** Calls a method past the proxy: nothing is recorded, and no fault is met. */
  api<T = Json>(method: string, args?: Json, token?: string): Promise<Answer<T>>
  /** Like `api`. @throws when Slack says no. */
  must<T = Json>(method: string, args?: Json, token?: string): Promise<Answer<T>>
  /** A request as it is; `localize` puts its answer's team and addresses right. */
  request(path: string, init?: RequestInit): Promise<Response>
  localize(text: string, base: string): string
  stop(): Promise<void>
  /** Starts anew on the same port: what was written is gone. */
  restart(): Promise<void>
}

const spawnEmulator = async (port: number, seed: Json): Promise<{ child: ChildProcess; port: number }> => {
  const child = spawn(process.execPath, [SCRIPT, String(port), JSON.stringify(seed)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the Slack emulator ended with ${code} before it was ready`)
  })
  const line = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])
  ended.catch(() => {})
  return { child, port: Number(new URL(String(line[0])).port) }
}

const stopProcess = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/**
 * The Slack emulator with a workspace in it, in a process of its own. It ends by `stop`, and at the latest with this
 * process.
 */
export const startSlackEmulator = async (given: Partial<Workspace> = {}): Promise<SlackEmulator> => {
  const workspace: Workspace = { ...WORKSPACE, ...given }
  const { teamId } = workspace
  const seed = seedOf(workspace)
  let { child, port } = await spawnEmulator(0, seed)
  const url = `http://127.0.0.1:${port}`

  const request: SlackEmulator['request'] = (path, init) => fetch(`${url}${path}`, init)
  const localize: SlackEmulator['localize'] = (text, base) =>
    text.replaceAll(`http://localhost:${port}`, base).replaceAll(EMULATED_TEAM, teamId)
  const api = async <T = Json>(method: string, args: Json = {}, token = botToken(workspace)) => {
    const response = await request(`/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(args),
    })
    return JSON.parse(localize(await response.text(), url)) as Answer<T>
  }
  const must = async <T = Json>(method: string, args: Json = {}, token?: string) => {
    const answer = await api<T>(method, args, token)
    if (!answer.ok)
      throw new Error(`the emulator refused ${method} ${JSON.stringify(args)}: ${JSON.stringify(answer)}`)
    return answer
  }

  const look = async (): Promise<Emulated> => {
    const bot = await must<{ user_id: string; bot_id: string }>('auth.test')
    const { members } = await must<{ members: { id: string; name: string }[] }>(
      'users.list',
      {},
      readerToken(workspace),
    )
    const users = Object.fromEntries(
      Object.entries(workspace.people).map(([name, { realName = name }]) => {
        const { id = '' } = members.find((member) => member.name === name) ?? {}
        const token = personToken(workspace, name)
        return [name, { id, name, realName, email: `${name}@example.com`, token }]
      }),
    )
    const channels: Emulated['channels'] = {}
    for (const [name, described] of Object.entries(workspace.channels)) {
      const { isPrivate = false, members = Object.keys(users), withBot = true } = described
      const [creator, ...others] = members.map((member) => users[member])
      if (!creator) throw new Error(`channel ${name} needs a member of the workspace who makes it`)
      const { channel } = await must<{ channel: { id: string } }>(
        'conversations.create',
        { name, is_private: isPrivate },
        creator.token,
      )
      const invited = [...others.flatMap((user) => user?.id ?? []), ...(withBot ? [bot.user_id] : [])]
      if (invited.length > 0)
        await must('conversations.invite', { channel: channel.id, users: invited.join(',') }, creator.token)
      channels[name] = { id: channel.id, name, isPrivate }
    }
    return { users, channels, botUserId: bot.user_id, botId: bot.bot_id }
  }

  const emulator: SlackEmulator = {
    url,
    workspace,
    teamId,
    appId: APP.id,
    token: botToken(workspace),
    users: {},
    channels: {},
    botUserId: '',
    botId: '',
    api,
    must,
    request,
    localize,
    stop: () => stopProcess(child),
    restart: async () => {
      await stopProcess(child)
      child = (await spawnEmulator(port, seed)).child
      Object.assign(emulator, await look())
    },
  }
  try {
    return Object.assign(emulator, await look())
  } catch (error) {
    await stopProcess(child)
    throw error
  }
}
