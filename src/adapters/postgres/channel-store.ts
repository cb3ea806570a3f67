import type { Transaction } from 'kysely'
import { DEFAULT_POLICY } from '../../conversation/engagement.ts'
import type { ChannelKey, ChannelStore } from '../../ports/channel-store.ts'
import { recordIn } from './audit-log.ts'
import type { Db, Schema } from './schema.ts'
import { withTenant } from './tenancy.ts'

const policyIn = async (trx: Transaction<Schema>, { platform, conversationId }: ChannelKey) => {
  const chosen = await trx
    .selectFrom('channels')
    .select('policy')
    .where('platform', '=', platform)
    .where('conversation_id', '=', conversationId)
    .executeTakeFirst()
  return chosen?.policy ?? DEFAULT_POLICY
}

/** When Cairn speaks in channels, in the database: a row where somebody chose otherwise than by default. */
export const createChannelStore = (db: Db): ChannelStore => ({
  policyOf: (tenantId, channel) => withTenant(db, tenantId, (trx) => policyIn(trx, channel)),

  setPolicy: (tenantId, channel, policy, by) =>
    withTenant(db, tenantId, async (trx) => {
      const { platform, conversationId } = channel
      const before = await policyIn(trx, channel)
      if (before === policy) return
      if (policy === DEFAULT_POLICY)
        await trx
          .deleteFrom('channels')
          .where('platform', '=', platform)
          .where('conversation_id', '=', conversationId)
          .execute()
      else
        await trx
          .insertInto('channels')
          .values({ tenant_id: tenantId, platform, conversation_id: conversationId, policy })
          .onConflict((conflict) =>
            conflict.columns(['tenant_id', 'platform', 'conversation_id']).doUpdateSet({ policy }),
          )
          .execute()
      await recordIn(trx, tenantId, {
        ...(by === undefined ? {} : { personId: by }),
        action: 'channel.policy_changed',
        subject: `${platform}/${conversationId}`,
        detail: { from: before, to: policy },
      })
    }),

  policies: (tenantId) =>
    withTenant(db, tenantId, (trx) =>
      trx
        .selectFrom('channels')
        .select(['platform', 'conversation_id as conversationId', 'policy'])
        .orderBy('platform')
        .orderBy('conversation_id')
        .execute(),
    ),
})
