import { LogLevel, type Logger as SlackLogger, WebClient, type WebClientOptions } from '@slack/web-api'

/** What Slack's own libraries have to say goes to the operators' log. */
export const quietLogger = (warn: (text: string) => void): SlackLogger => {
  const say = (...parts: unknown[]) =>
    warn(parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' '))
  return {
    debug: () => {},
    info: () => {},
    warn: say,
    error: say,
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  }
}

/** Time that one call may take; shorter than the time-out of a post. */
const TIMEOUT_MS = 15_000

/** How Slack is called: refusals and requests for patience come back at once, because the outbox knows when to go on. */
export const clientOptions = (apiUrl: string | undefined, logger: SlackLogger): WebClientOptions => ({
  ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: TIMEOUT_MS,
  logger,
})

/** An installation of Cairn: who it is there, and what it calls Slack with. */
export interface Installation {
  tenantId: string
  /** The workspace, or the organization of an installation into all of an Enterprise Grid. */
  installationId: string
  /** The Enterprise Grid that the workspace belongs to. */
  enterpriseId?: string
  botToken: string
  botId: string
  botUserId: string
}

/** Finds installations by the ids that Slack's events carry. */
export type FindInstallation = (installationId: string) => Promise<Installation | undefined>

/** Clients of installations, each kept with its token. */
export const createClients = (find: FindInstallation, options: WebClientOptions) => {
  const kept = new Map<string, WebClient>()
  return async (installationId: string): Promise<WebClient | undefined> => {
    const found = await find(installationId)
    if (!found) return undefined
    const client = kept.get(found.botToken) ?? new WebClient(found.botToken, options)
    kept.set(found.botToken, client)
    return client
  }
}

export type Clients = ReturnType<typeof createClients>
