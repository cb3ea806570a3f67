import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { AppError } from '../../errors.ts'
import type { CommandContext } from '../context.ts'

const MANIFEST = join(import.meta.dirname, '..', '..', '..', 'manifest.json')
const EVENTS_PATH = '/slack/events'
const REDIRECT_PATH = '/slack/oauth_redirect'

interface Manifest {
  features: { slash_commands: Record<string, unknown>[] }
  oauth_config: Record<string, unknown>
  settings: {
    event_subscriptions: Record<string, unknown>
    interactivity: Record<string, unknown>
    socket_mode_enabled: boolean
  }
}

/** The manifest of an app that Slack calls over HTTP at this address. */
const overHttp = (manifest: Manifest, publicUrl: string): Manifest => {
  const request_url = new URL(EVENTS_PATH, publicUrl).href
  const { features, oauth_config, settings } = manifest
  return {
    ...manifest,
    features: {
      ...features,
      slash_commands: features.slash_commands.map((command) => ({ ...command, url: request_url })),
    },
    oauth_config: { redirect_urls: [new URL(REDIRECT_PATH, publicUrl).href], ...oauth_config },
    settings: {
      ...settings,
      event_subscriptions: { request_url, ...settings.event_subscriptions },
      interactivity: { ...settings.interactivity, request_url },
      socket_mode_enabled: false,
    },
  }
}

const parseAddress = (text: string): string => {
  if (URL.canParse(text) && new URL(text).protocol === 'https:') return text
  throw new AppError(
    'bad_input',
    `"${text.slice(0, 80)}" is no address that Slack can call; expected one such as https://cairn.example.com.`,
  )
}

export const registerSlack = (program: Command, { terminal }: CommandContext): void => {
  const slack = program.command('slack').description('what Slack needs to know of Cairn')
  slack
    .command('manifest')
    .description(
      'print the manifest that an app is made from: for Socket Mode, or with --url to be called over HTTP',
    )
    .option('--url <address>', 'how Slack reaches this Cairn, such as https://cairn.example.com')
    .action(async ({ url }: { url?: string }) => {
      const manifest = JSON.parse(await readFile(MANIFEST, 'utf8')) as Manifest
      terminal.line(
        JSON.stringify(url === undefined ? manifest : overHttp(manifest, parseAddress(url)), null, 2),
      )
    })
}
