import { type InstallationStore, InstallProvider } from '@slack/oauth'
import type { Logger, WebClientOptions } from '@slack/web-api'
import { type IRouter, Router } from 'express'
import type { SlackConfig } from '../../config.ts'
import { failurePage, installPage } from './install-pages.ts'
import { createInstallState } from './install-state.ts'
import { SCOPES } from './scopes.ts'

const INSTALL_PATH = '/slack/install'
const REDIRECT_PATH = '/slack/oauth_redirect'

export interface InstallRoutesOptions {
  config: Extract<SlackConfig, { mode: 'oauth' }>
  store: InstallationStore
  logger: Logger
  calls: WebClientOptions
}

/** Where people install Cairn into their workspaces. */
export const createInstallRoutes = ({ config, store, logger, calls }: InstallRoutesOptions): IRouter => {
  const { clientId, clientSecret, stateSecret, publicUrl } = config
  const installer = new InstallProvider({
    clientId,
    clientSecret,
    stateStore: createInstallState(stateSecret),
    installationStore: store,
    renderHtmlForInstallPath: installPage,
    logger,
    clientOptions: calls,
  })
  const asked = { scopes: [...SCOPES], redirectUri: new URL(REDIRECT_PATH, publicUrl).href }
  return Router()
    .get(INSTALL_PATH, (request, response) => installer.handleInstallPath(request, response, {}, asked))
    .get(REDIRECT_PATH, (request, response) =>
      installer.handleCallback(request, response, {
        failure: (error, _asked, _request, refused) => {
          const { status, html } = failurePage(error, INSTALL_PATH)
          refused.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html)
        },
      }),
    )
}
