import { z } from 'zod'
import type { Installation } from './clients.ts'

const userSchema = z.object({
  team_id: z.string().optional(),
  real_name: z.string().optional(),
  name: z.string().optional(),
  is_bot: z.boolean().optional(),
  /** Guests of one or of several channels. */
  is_restricted: z.boolean().optional(),
  is_ultra_restricted: z.boolean().optional(),
  /** Of another organization, and in no channel with Cairn: for those who are in one, Slack says false. */
  is_stranger: z.boolean().optional(),
  /** Who they are in an Enterprise Grid. */
  enterprise_user: z
    .object({ enterprise_id: z.string().optional(), teams: z.array(z.string()).optional() })
    .optional(),
  is_email_confirmed: z.boolean().optional(),
  is_admin: z.boolean().optional(),
  is_owner: z.boolean().optional(),
  profile: z.object({ email: z.string().optional(), real_name: z.string().optional() }).optional(),
})
export type User = z.infer<typeof userSchema>

/** What Slack tells of someone, as far as it matters here. */
export const readUser = (user: unknown): User => userSchema.parse(user)

/** Of the organization that installed Cairn. Whoever is of no organization that is told is not. */
export const belongsTo = (
  { installationId, enterpriseId }: Installation,
  { team_id, enterprise_user }: User,
): boolean =>
  [team_id, enterprise_user?.enterprise_id, ...(enterprise_user?.teams ?? [])].some(
    (id) => id !== undefined && (id === installationId || id === enterpriseId),
  )

/**
 * A guest, or of another organization. Bots read for whoever installed them; in channels that are not shared with
 * others that is the organization itself.
 */
export const isOutsider = (installation: Installation, user: User): boolean =>
  [user.is_restricted, user.is_ultra_restricted, user.is_stranger].includes(true) ||
  !(user.is_bot || belongsTo(installation, user))
