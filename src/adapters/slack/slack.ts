import { App, AuthorizationError, ExpressReceiver, LogLevel } from '@slack/bolt'
import { type IRouter, Router } from 'express'
import type { SlackConfig } from '../../config.ts'
import type { Chart } from '../../conversation/chart.ts'
import type { Choice } from '../../conversation/reply.ts'
import type { Bulletin } from '../../ports/bulletin.ts'
import type { ChannelStore } from '../../ports/channel-store.ts'
import type { ChatPlatform } from '../../ports/chat-platform.ts'
import type { PeopleStore } from '../../ports/people-store.ts'
import type { SecretStore } from '../../ports/secret-store.ts'
import type { Acceptance, InboundMessage, ThreadStore } from '../../ports/thread-store.ts'
import type { Screens } from '../../screens/screens.ts'
import { createAsk } from './ask.ts'
import { shareChanges } from './changes.ts'
import {
  clientOptions,
  createClients,
  type FindInstallation,
  type Installation,
  quietLogger,
} from './clients.ts'
import { createDirectory } from './directory.ts'
import { tokenFailure } from './errors.ts'
import { registerEvents } from './events.ts'
import { createInstallRoutes } from './install-routes.ts'
import { createInstallations, singleInstallation } from './installations.ts'
import { registerInteractions } from './interactions.ts'
import { createMessages } from './messages.ts'
import { createSlackPeople } from './people.ts'
import type { Respond } from './respond.ts'
import { createRooms } from './rooms.ts'
import { createSlackPlatform } from './send.ts'
import { createShow } from './show.ts'
import { createShowBudget } from './show-budget.ts'
import { TakingInReceiver } from './socket-receiver.ts'
import { createStreamAbility } from './stream-ability.ts'

export interface SlackOptions {
  config: SlackConfig
  /** The organization of the one workspace of a token. */
  tenantId: string
  people: PeopleStore
  secrets: SecretStore
  threads: ThreadStore
  channels: ChannelStore
  bulletin: Bulletin
  ensureTenant: (tenantId: string) => Promise<void>
  drawChart: (chart: Chart) => Promise<Uint8Array>
  /** What people may ask first; four at most. */
  prompts: readonly Choice[]
  now: () => number
  onFailure: (error: unknown) => void
  warn: (text: string) => void
}

/** What only exists once the workers do. */
export interface SlackDoors {
  accept: (tenantId: string, message: InboundMessage) => Promise<Acceptance>
  screens: Screens
}

/** Cairn in Slack. */
export interface Slack {
  platform: ChatPlatform
  /** Routes to be served; absent in Socket Mode. */
  routes?: IRouter
  /** Lets messages in. */
  start(): Promise<void>
  /** Lets none in any more, and lets go of everything. */
  stop(): Promise<void>
}

/** What `authorize` found travels with the event under this name. */
const INSTALLATION = 'installation'
const installationOf = (context: Record<string, unknown>): Installation => {
  const found = context[INSTALLATION]
  if (!found) throw new TypeError('an event came without its installation')
  return found as Installation
}

/** From where Cairn was removed, events may come for a while. */
class NotInstalled extends Error {}

/**
 * Connects to Slack.
 * @throws AppError `bad_config` when the token does not work.
 */
export const createSlack = async (options: SlackOptions, doors: SlackDoors): Promise<Slack> => {
  const { config, tenantId, people, secrets, threads, channels, ensureTenant, drawChart, prompts } = options
  const { bulletin, now, onFailure, warn } = options
  const logger = quietLogger(warn)
  const calls = clientOptions(config.apiUrl, logger)
  const installations = createInstallations({
    people,
    secrets,
    ensureTenant,
    now,
    onChanged: (id) => changes.tell({ kind: 'installation', id }),
  })
  if (config.mode !== 'oauth') await ensureTenant(tenantId)
  const single =
    config.mode === 'oauth' ? undefined : await singleInstallation(config.botToken, tenantId, people, calls)
  const find: FindInstallation = single
    ? async (id) => (id === single.installationId ? single : undefined)
    : installations.find
  const clients = createClients(find, calls)
  const rooms = createRooms({ find, clients, now, onFailure })
  const responds = new Map<string, Respond>()
  const platform = createSlackPlatform({
    find,
    clients,
    rooms,
    responds,
    mayShow: createShowBudget(now),
    ability: createStreamAbility(now),
    drawChart,
    onFailure,
  })

  const router = Router()
  if (config.mode === 'oauth')
    router.use(createInstallRoutes({ config, store: installations.store, logger, calls }))
  const receiver =
    config.mode === 'socket'
      ? new TakingInReceiver({
          appToken: config.appToken,
          logger,
          installerOptions: { clientOptions: calls },
        })
      : new ExpressReceiver({
          signingSecret: config.signingSecret,
          router,
          logger,
          endpoints: '/slack/events',
          // A message is safe before Slack is told that it arrived.
          processBeforeResponse: true,
        })
  const app = new App({
    receiver,
    logger,
    logLevel: LogLevel.WARN,
    clientOptions: calls,
    authorize: async ({ teamId, enterpriseId, isEnterpriseInstall }) => {
      const id = isEnterpriseInstall ? enterpriseId : teamId
      const installation = id === undefined ? undefined : await find(id)
      if (!installation) throw new NotInstalled(`Cairn is not installed in ${id}`)
      const { botToken, botId, botUserId } = installation
      return { botToken, botId, botUserId, ...(teamId ? { teamId } : {}), [INSTALLATION]: installation }
    },
  })
  app.error(async (error) => {
    onFailure(error)
    // To deliver again would not help there; anywhere else it does.
    if (!(error instanceof AuthorizationError && error.original instanceof NotInstalled)) throw error
  })
  const slackPeople = createSlackPeople(people, rooms, now)
  const messages = createMessages({ people: slackPeople, threads, channels, accept: doors.accept, now })
  const show = createShow({ screens: doors.screens, ask: createAsk({ accept: doors.accept, responds }) })
  const { lookingAt } = registerEvents({
    app,
    messages,
    people: slackPeople,
    show,
    prompts,
    onRoomChanged: (id) => changes.tell({ kind: 'room', id }),
    installationOf,
    onRemoved: async (installationId) => {
      if (!single) return installations.remove(installationId)
      warn('Cairn was removed from Slack; install the app again and set the new SLACK_BOT_TOKEN')
      await people.markUninstalled(tenantId, { platform: 'slack', workspaceId: installationId })
    },
    onFailure,
  })
  registerInteractions({
    app,
    screens: doors.screens,
    show,
    people: slackPeople,
    installationOf,
    lookingAt,
    onFailure,
  })
  const changes = await shareChanges({ bulletin, rooms, installations })
  let isConnected = false
  return {
    platform: { ...platform, directory: createDirectory(people, rooms) },
    ...(config.mode === 'socket' ? {} : { routes: router }),
    start: async () => {
      if (config.mode !== 'socket') return
      isConnected = true
      await app.start().catch((cause: unknown) => {
        throw tokenFailure('SLACK_APP_TOKEN', cause)
      })
    },
    stop: async () => {
      if (isConnected) await app.stop()
      await changes.close()
    },
  }
}
