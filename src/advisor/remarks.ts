import type { SideIntent } from '../conversation/intent.ts'
import type { ReplyKind } from '../conversation/reply.ts'
import type { OutOfScope } from '../conversation/scope.ts'

/** What is said without looking anything up. Fixed texts, so that nothing of the message is ever echoed. */
const WELCOME =
  'I advise on scaling a company: stages by developer count, growth phases by ARR, transitions, risks, KPIs, roadmaps. ' +
  'Ask me something like "what should a team of 20 developers prepare for?" or "what does phase 2 cost in infrastructure?".'

const REMARKS: Record<SideIntent, [ReplyKind, string]> = {
  empty: ['clarify', `I did not see a question. ${WELCOME}`],
  'small-talk': ['clarify', `Hello! ${WELCOME}`],
  thanks: ['clarify', 'You are welcome. Ask on whenever something comes up.'],
  'off-topic': ['clarify', `That is outside what I know. ${WELCOME}`],
  steering: ['declined', `I keep to my task and its sources. ${WELCOME}`],
}

/** Kind and text of the reply to a message that needs no looking up. */
export const remarkOn = (intent: SideIntent): [ReplyKind, string] => REMARKS[intent]

const PEERS: Record<OutOfScope, { peer: string; instead: string }> = {
  legal: {
    peer: 'your legal counsel or compliance lead',
    instead: 'say when compliance work belongs on the scaling roadmap and which roles own it',
  },
  finance: {
    peer: 'your CFO or finance team',
    instead: 'show what the phases plan for costs, runway and funding',
  },
  product: {
    peer: 'your product and engineering teams',
    instead: 'tell which platform capabilities and team each stage needs',
  },
  sales: {
    peer: 'your sales or customer success team',
    instead: 'outline the go-to-market, team and milestones of each phase',
  },
  operations: {
    peer: 'your operations or platform team',
    instead: 'plan the change: steps, coordination, risks and who to involve',
  },
  people: {
    peer: 'your people team',
    instead: 'look at teams as a whole: stage, coordination, KPIs and risks, never at a ranking of persons',
  },
}

/** One friendly sentence that names who does it, and what Cairn offers in its place. */
export const declineText = (domain: OutOfScope): string => {
  const { peer, instead } = PEERS[domain]
  const reason = domain === 'people' ? 'I never rank or judge individuals; please talk to' : 'That is for'
  return domain === 'people'
    ? `${reason} ${peer}, while I gladly ${instead}.`
    : `${reason} ${peer} to carry out; I advise and plan, and I gladly ${instead}.`
}
