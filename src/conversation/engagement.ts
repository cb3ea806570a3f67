import { readIntent } from './intent.ts'

/** When Cairn speaks in a channel: when it is mentioned, also unasked where it can cite, or never. */
export const POLICIES = ['mentions', 'auto', 'off'] as const
export type Policy = (typeof POLICIES)[number]

/** What holds in a channel where nobody chose. */
export const DEFAULT_POLICY: Policy = 'mentions'

/** How a message reached Cairn. */
export interface Approach {
  /** `thread`: in a thread in which Cairn takes part. `channel`: anywhere else that Cairn can read. */
  way: 'mention' | 'direct' | 'thread' | 'channel'
  text: string
  /** It speaks to somebody else by name. */
  addressesOthers: boolean
}

/** How a message is answered: in any case, or only with an answer that cites something. */
export type Engagement = 'answer' | 'if_cited'

const QUESTION =
  /\?|^\s*(?:what|which|how|when|who|whom|whose|why|where|is|are|am|do|does|did|should|can|could|would|will|has|have)\b/i
/** Questions without their mark, as they are asked of an answer: "and for phase 3", "say more". */
const LEADS_ON =
  /^\s*(?:(?:and|or|also|same|then)\s+(?:for|in|at|of|on|with|after|between|the|phase|stage|next)|(?:please\s+)?(?:tell|show|explain|compare|list|give|describe|summari[sz]e|elaborate|outline|name|say|go on|continue))\b/i
/** Words without anything to look up, as people write them to each other in a thread. */
const REMARK =
  /^(?:thanks?(?: you)?|thx|ty|ok(?:ay)?|cool|great|nice|perfect|good point|agreed|got it|lol|haha|yes|no|yep|nope|sure|done|will do|[\p{Emoji}\s]|[+👍👏🙏!.,])+$/iu

/** Whether and how Cairn answers; undefined: it keeps silent. */
export const engagementWith = (
  { way, text, addressesOthers }: Approach,
  policy: Policy,
): Engagement | undefined => {
  if (way === 'direct') return 'answer'
  if (policy === 'off') return undefined
  if (way === 'mention') return 'answer'
  // People talk to each other there, and what they say is no business of Cairn's unless it is asked about its own.
  if (addressesOthers || REMARK.test(text.trim()) || readIntent(text).kind !== 'question') return undefined
  if (way === 'thread' && !QUESTION.test(text)) return LEADS_ON.test(text) ? 'if_cited' : undefined
  if (way === 'thread') return 'answer'
  return policy === 'auto' && QUESTION.test(text) ? 'if_cited' : undefined
}
