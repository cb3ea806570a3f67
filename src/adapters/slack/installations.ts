import type { InstallationStore, Installation as OAuthInstallation } from '@slack/oauth'
import { WebClient, type WebClientOptions } from '@slack/web-api'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { PeopleStore } from '../../ports/people-store.ts'
import type { SecretStore } from '../../ports/secret-store.ts'
import type { FindInstallation, Installation } from './clients.ts'
import { tokenFailure } from './errors.ts'

/** What was read of an installation is read again after this time. */
const FRESH_MS = 60_000

const storedSchema = z.object({
  botToken: z.string(),
  botId: z.string(),
  botUserId: z.string(),
  enterpriseId: z.string().optional(),
})

const inGrid = <T extends object>(installation: T, enterpriseId: string | undefined) => ({
  ...installation,
  ...(enterpriseId === undefined ? {} : { enterpriseId }),
})

const secretName = (installationId: string): string => `slack/${installationId}`

/** The organization that a workspace makes when it installs Cairn. */
const tenantFor = (installationId: string): string => `slack-${installationId}`

export interface InstallationsOptions {
  people: Pick<PeopleStore, 'tenantOf' | 'connect' | 'meet' | 'markUninstalled'>
  secrets: Pick<SecretStore, 'put' | 'get' | 'remove'>
  ensureTenant: (tenantId: string) => Promise<void>
  now: () => number
  /** Tells every process that an installation is another one, or none, from now on. */
  onChanged: (installationId: string) => Promise<void>
}

const asInstallation = (tenantId: string, installationId: string, stored: string): Installation => {
  const { enterpriseId, ...known } = storedSchema.parse(JSON.parse(stored))
  return inGrid({ tenantId, installationId, ...known }, enterpriseId)
}

/** Installations by OAuth, their tokens encrypted in the store. */
export const createInstallations = ({
  people,
  secrets,
  ensureTenant,
  now,
  onChanged,
}: InstallationsOptions) => {
  const kept = new Map<string, { value: Installation; at: number }>()

  const find: FindInstallation = async (installationId) => {
    const known = kept.get(installationId)
    if (known && now() - known.at < FRESH_MS) return known.value
    const tenantId = await people.tenantOf('slack', installationId)
    const stored = tenantId && (await secrets.get(tenantId, secretName(installationId)))
    if (!stored) return undefined
    const value = asInstallation(tenantId, installationId, stored)
    kept.set(installationId, { value, at: now() })
    return value
  }

  const idOf = ({ isEnterpriseInstall, enterprise, team }: OAuthInstallation): string => {
    const id = isEnterpriseInstall ? enterprise?.id : team?.id
    if (id === undefined)
      throw new AppError('bad_input', 'Slack told of an installation without a workspace.')
    return id
  }

  /** Cairn was removed: it keeps no token. What it knows of the organization goes after the time of grace. */
  const remove = async (installationId: string): Promise<void> => {
    const tenantId = await people.tenantOf('slack', installationId)
    if (tenantId !== undefined) {
      await secrets.remove(tenantId, secretName(installationId))
      await people.markUninstalled(tenantId, { platform: 'slack', workspaceId: installationId })
    }
    await onChanged(installationId)
  }

  const store: InstallationStore = {
    storeInstallation: async (installation) => {
      const { bot, user } = installation
      if (!bot) throw new AppError('bad_input', 'Slack granted no bot token; check the scopes of the app.')
      const installationId = idOf(installation)
      const tenantId = (await people.tenantOf('slack', installationId)) ?? tenantFor(installationId)
      const name =
        (installation.isEnterpriseInstall ? installation.enterprise?.name : installation.team?.name) ?? ''
      await ensureTenant(tenantId)
      await secrets.put(
        tenantId,
        secretName(installationId),
        JSON.stringify({
          botToken: bot.token,
          botId: bot.id,
          botUserId: bot.userId,
          enterpriseId: installation.enterprise?.id,
        }),
      )
      await people.connect(tenantId, { platform: 'slack', workspaceId: installationId, name })
      await people.meet(tenantId, { platform: 'slack', userId: user.id }, true)
      await onChanged(installationId)
    },
    // Events are authorized by `find`; the installer itself never asks.
    fetchInstallation: async () => {
      throw new AppError('bad_input', 'Installations are found by their id.')
    },
  }
  return {
    find,
    remove,
    store,
    changed: (installationId: string) => void kept.delete(installationId),
    clear: () => kept.clear(),
  }
}

/**
 * The one installation of a token from the environment, in the organization of whoever works in the terminal.
 * @throws AppError `bad_config` when Slack does not take the token.
 */
export const singleInstallation = async (
  botToken: string,
  tenantId: string,
  people: Pick<PeopleStore, 'connect'>,
  options: WebClientOptions,
): Promise<Installation> => {
  const known = await new WebClient(botToken, options).auth.test().catch((cause: unknown) => {
    throw tokenFailure('SLACK_BOT_TOKEN', cause)
  })
  const { team_id, enterprise_id, is_enterprise_install, team = '', bot_id, user_id } = known
  const installationId = is_enterprise_install ? enterprise_id : team_id
  if (!installationId || !bot_id || !user_id)
    throw new AppError('bad_config', 'SLACK_BOT_TOKEN is not the token of a bot; it starts with xoxb-.')
  await people.connect(tenantId, { platform: 'slack', workspaceId: installationId, name: team })
  return inGrid({ tenantId, installationId, botToken, botId: bot_id, botUserId: user_id }, enterprise_id)
}
