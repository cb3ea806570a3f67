import type { Json } from './api-call.ts'

/** What Slack tells of every person, and the emulator of none. */
const PERSON: Json = {
  is_restricted: false,
  is_ultra_restricted: false,
  is_owner: false,
  is_primary_owner: false,
  is_app_user: false,
  is_email_confirmed: true,
  tz: 'Europe/Amsterdam',
  tz_label: 'Central European Time',
  tz_offset: 3_600,
}

/** What Slack tells of every conversation, and the emulator of none. */
const CONVERSATION: Json = {
  is_shared: false,
  is_ext_shared: false,
  is_org_shared: false,
  is_pending_ext_shared: false,
  is_general: false,
}

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Completes an answer about people or conversations with what is known of them by their ids. */
export const addFacts = (answer: Json, known: Map<string, Json>): Json => {
  const complete = (usual: Json) => (value: unknown) =>
    isJson(value) ? { ...usual, ...value, ...known.get(String(value.id)) } : value
  const each = (usual: Json) => (value: unknown) =>
    Array.isArray(value) ? value.map(complete(usual)) : value
  return {
    ...answer,
    ...('user' in answer && { user: complete(PERSON)(answer.user) }),
    ...('members' in answer && { members: each(PERSON)(answer.members) }),
    ...('channel' in answer && { channel: complete(CONVERSATION)(answer.channel) }),
    ...('channels' in answer && { channels: each(CONVERSATION)(answer.channels) }),
  }
}
