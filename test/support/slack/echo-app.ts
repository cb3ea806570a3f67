import type { AddressInfo } from 'node:net'
import { App, type AppOptions, HTTPReceiver, type Logger, LogLevel, SocketModeReceiver } from '@slack/bolt'
import type { SlackProxy } from './proxy.ts'
import { APP } from './workspace.ts'

export interface EchoApp {
  app: App
  /** Where it is reached by HTTP; empty when it is connected by Socket Mode. */
  url: string
  /** Ids of the events that reached a listener, in order. */
  heard: string[]
  stop(): Promise<void>
}

/** What every app here says, by every way of saying it: bare Bolt, to try the support on. */
const listen = (app: App, heard: string[]) => {
  app.event('app_mention', async ({ event, body, say, sayStream, client }) => {
    heard.push(body.event_id)
    const text = event.text.replace(/^<@\w+>\s*/, '')
    const thread_ts = event.thread_ts ?? event.ts
    if (text.startsWith('stream')) {
      const stream = sayStream({ buffer_size: 1 })
      for (const word of text.split(' ')) await stream.append({ markdown_text: `${word} ` })
      await stream.stop({ blocks: [{ type: 'divider' }] })
    } else if (text.startsWith('file'))
      await client.filesUploadV2({
        channel_id: event.channel,
        thread_ts,
        filename: 'chart.png',
        file: Buffer.from(text),
        alt_text: 'A chart',
      })
    else if (text.startsWith('whisper'))
      await client.chat.postEphemeral({ channel: event.channel, user: String(event.user), text, thread_ts })
    else
      await say({
        text,
        thread_ts,
        blocks: [
          { type: 'section', text: { type: 'mrkdwn', text } },
          {
            type: 'actions',
            elements: [
              { type: 'button', action_id: 'open', value: 'v', text: { type: 'plain_text', text: 'Open' } },
            ],
          },
        ],
      })
  })
  app.message(async ({ message, body, say }) => {
    heard.push(String(body.event_id))
    if (message.channel_type === 'im' && 'text' in message) await say(`You said: ${message.text}`)
  })
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [{ type: 'divider' }] } })
  })
  app.action('open', async ({ ack, body, client, respond }) => {
    await ack()
    if (!('trigger_id' in body)) return
    await client.views.open({
      trigger_id: body.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'form',
        title: { type: 'plain_text', text: 'Form' },
        submit: { type: 'plain_text', text: 'Send' },
        blocks: [
          {
            type: 'input',
            block_id: 'team',
            label: { type: 'plain_text', text: 'Team' },
            element: { type: 'plain_text_input', action_id: 'name' },
          },
        ],
      },
    })
    await respond({ text: 'Opened.', replace_original: false })
  })
  app.view('form', async ({ ack, view }) => {
    const name = view.state.values.team?.name?.value
    await ack(name ? undefined : { response_action: 'errors', errors: { team: 'Name a team.' } })
  })
  app.command('/echo', async ({ ack, command }) => ack(command.text))
  app.shortcut('explain', async ({ ack, shortcut, respond }) => {
    await ack()
    if ('message' in shortcut) await respond(`About: ${shortcut.message.text}`)
  })
}

const silence = () => {}
/** What fails here is meant to. */
const logger: Logger = {
  debug: silence,
  info: silence,
  warn: silence,
  error: silence,
  setLevel: silence,
  getLevel: () => LogLevel.ERROR,
  setName: silence,
}

export const startHttpEcho = async (proxy: SlackProxy, token: string): Promise<EchoApp> => {
  const receiver = new HTTPReceiver({ signingSecret: APP.signingSecret, logger })
  return start({ token, receiver }, proxy, async (app) => {
    const server = await app.start(0)
    return `http://127.0.0.1:${((server as { address(): AddressInfo }).address() as AddressInfo).port}/slack/events`
  })
}

export const startSocketEcho = async (proxy: SlackProxy, token: string): Promise<EchoApp> => {
  const receiver = new SocketModeReceiver({
    appToken: APP.appToken,
    logger,
    // It waits as long before it connects anew.
    clientPingTimeout: 200,
    installerOptions: { clientOptions: { slackApiUrl: proxy.apiUrl } },
  })
  return start({ token, receiver }, proxy, async (app) => {
    await app.start()
    return ''
  })
}

const start = async (
  options: AppOptions,
  proxy: SlackProxy,
  begin: (app: App) => Promise<string>,
): Promise<EchoApp> => {
  const app = new App({
    ...options,
    logger,
    clientOptions: { slackApiUrl: proxy.apiUrl, retryConfig: { retries: 2, minTimeout: 10 } },
  })
  const heard: string[] = []
  listen(app, heard)
  const url = await begin(app)
  return { app, url, heard, stop: async () => void (await app.stop()) }
}
