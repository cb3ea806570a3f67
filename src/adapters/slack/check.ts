import { WebClient } from '@slack/web-api'
import type { SlackConfig } from '../../config.ts'
import { AppError } from '../../errors.ts'
import { clientOptions, quietLogger } from './clients.ts'
import { tokenFailure } from './errors.ts'
import { SCOPES } from './scopes.ts'

const failed = (key: Parameters<typeof tokenFailure>[0]) => (cause: unknown) => {
  throw tokenFailure(key, cause)
}

/**
 * Tries the tokens, and whether everything that Cairn asks for was granted.
 * @returns what was found, in one sentence.
 * @throws AppError `bad_config` that says what to do.
 */
export const checkSlack = async (config: SlackConfig): Promise<string> => {
  if (config.mode === 'oauth')
    return `many workspaces; each is installed at ${new URL('/slack/install', config.publicUrl).href}`
  const options = clientOptions(
    config.apiUrl,
    quietLogger(() => {}),
  )
  const { team, user, response_metadata } = await new WebClient(config.botToken, options).auth
    .test()
    .catch(failed('SLACK_BOT_TOKEN'))
  const granted = response_metadata?.scopes
  const missing = granted ? SCOPES.filter((scope) => !granted.includes(scope)) : []
  if (missing.length > 0)
    throw new AppError(
      'bad_config',
      `Slack did not grant ${missing.join(', ')}; add ${missing.length === 1 ? 'it' : 'them'} under OAuth & Permissions and install the app again.`,
    )
  if (config.mode === 'socket')
    await new WebClient(config.appToken, options).apps.connections.open({}).catch(failed('SLACK_APP_TOKEN'))
  const way = config.mode === 'socket' ? 'through a socket' : 'called at /slack/events'
  return `@${user} in ${team}, ${way}`
}
