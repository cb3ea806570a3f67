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

/** A browser that is on its way through an installation. */
export interface Visit {
  /** Slack's page on which somebody agrees. */
  authorizeUrl: string
  cookie: string
}

/** Opens the page from which Cairn is installed. */
export const visitInstall = async (cairnUrl: string): Promise<Visit> => {
  const page = await fetch(`${cairnUrl}/slack/install`)
  const link = /href="([^"]*\/oauth\/v2\/authorize[^"]*)"/.exec(await page.text())?.[1]
  const [cookie = ''] = page.headers.getSetCookie().map((set) => set.split(';')[0] as string)
  if (!link) throw new Error(`there is nothing to press on the page (HTTP ${page.status})`)
  return { authorizeUrl: link.replaceAll('&amp;', '&'), cookie }
}

/** Comes back from Slack: the address is the public one, and Cairn is reached where it is. */
export const comeBack = (cairnUrl: string, location: string, cookie: string): Promise<Response> => {
  const { pathname, search } = new URL(location)
  return fetch(`${cairnUrl}${pathname}${search}`, { headers: { cookie }, redirect: 'manual' })
}

/** Installs Cairn into a workspace, from the first page to the last. */
export const installCairn = async (
  cairnUrl: string,
  emulator: SlackEmulator,
  name: string,
): Promise<Response> => {
  const { authorizeUrl, cookie } = await visitInstall(cairnUrl)
  return comeBack(cairnUrl, await approveInstall(emulator, authorizeUrl, name), cookie)
}
