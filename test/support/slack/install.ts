import type { SlackEmulator } from './emulator.ts'
import { APP } from './workspace.ts'

/**
 * Someone agrees that an app be installed: takes the address to which the app sent them, and gives the one to which
 * Slack sends them back, with a code.
 */
export const approveInstall = async (
  emulator: SlackEmulator,
  authorizeUrl: string,
  name: string,
): Promise<string> => {
  const asked = new URL(authorizeUrl).searchParams
  const response = await emulator.request('/oauth/v2/authorize/callback', {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      user_id: emulator.users[name]?.id ?? '',
      client_id: asked.get('client_id') ?? APP.clientId,
      redirect_uri: asked.get('redirect_uri') ?? '',
      scope: asked.get('scope') ?? '',
      state: asked.get('state') ?? '',
    }),
  })
  const location = response.headers.get('location')
  if (!location) throw new Error(`the emulator did not send ${name} back: ${await response.text()}`)
  return location
}
