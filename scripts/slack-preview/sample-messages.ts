import { renderNotice } from '../../src/adapters/slack/render-notice.ts'
import { renderReply } from '../../src/adapters/slack/render-reply.ts'
import { chartSchema } from '../../src/conversation/chart.ts'
import type { Citation, Reply } from '../../src/conversation/reply.ts'
import type { Table } from '../../src/conversation/table.ts'
import { deployments, phases } from './sample-figures.ts'

const citation = (n: number, document: string, section: string, quote: string): Citation => ({
  n,
  type: 'passage',
  passageId: `p${n}`,
  document,
  section,
  quote,
})
const COSTS = citation(1, 'Growth phases', 'Phases compared > Infrastructure cost', 'Phase 1: $50K a month')
const TEAM = citation(
  2,
  'Developer stages',
  'Stage 4 Large team > Coordination overhead',
  'Coordination overhead in stage 4 (large team, 25-75 developers) is rated high.',
)
const replyOf = (text: string, extra: Partial<Reply> = {}): Reply => ({
  kind: 'answer',
  text,
  citations: [],
  caveats: [],
  ...extra,
})

const PLACE = { turnId: 't1', userId: 'U1', isPrivate: false, mayShare: false }
const PRIVATE = { ...PLACE, isPrivate: true, mayShare: true }

const indicators: Table = {
  caption: 'Early-warning indicators',
  columns: [
    { name: 'Indicator', kind: 'text' },
    { name: 'Now', kind: 'number' },
  ],
  rows: Array.from({ length: 24 }, (_, at) => [`Indicator ${at + 1}`, at % 5 === 0 ? null : at * 3]),
}
const radar = chartSchema.parse({
  kind: 'radar',
  title: 'Maturity',
  axes: ['Process', 'Tools', 'People', 'Data'].map((name) => ({ name, max: 5 })),
  series: [{ name: 'now', values: [3, 4, 2, null] }],
})

/** Replies as they are posted. */
export const messages = () => ({
  answer: renderReply(
    replyOf(
      'With 40 developers you are in **stage 4 (large team, 25-75 developers)**, and coordination takes a high share of the time. [2]\n\nInfrastructure costs by growth phase: [1]\n- Phase 1 (Foundation): $50K a month\n- Phase 2 (Growth): $200K a month\n- Phase 3 (Scale): $500K a month\n\nWhich of them applies depends on your ARR; run `/cairn stage` to enter it.',
      {
        citations: [COSTS, TEAM],
        caveats: [
          'Growth targets differ: the charter says above 30% a year, the growth phases above 100% a year through year 3; Cairn shows both, unblended.',
        ],
        choices: [
          { label: 'Which roles do we need?', question: 'Which roles does stage 4 need?' },
          { label: 'What comes next?', question: 'What comes after stage 4?' },
        ],
      },
    ),
    PRIVATE,
  ),
  table: renderReply(
    replyOf('The four phases differ most in head count. [1]', { citations: [COSTS], table: phases }),
    PLACE,
  ),
  'long table': renderReply(
    replyOf('All indicators, with what is known of them.', { table: indicators }),
    PLACE,
  ),
  chart: renderReply(
    replyOf('Both teams deploy more often than in January; neither has reached the target. [1]', {
      citations: [COSTS],
      chart: deployments,
    }),
    PLACE,
  ),
  'chart as an image': renderReply(replyOf('Tools are ahead of people.', { chart: radar }), PLACE),
  'many sources': renderReply(
    replyOf(
      `Every stage has its own ways of working. ${Array.from({ length: 8 }, (_, at) => `[${at + 1}]`).join('')}`,
      {
        citations: Array.from({ length: 8 }, (_, at) => ({
          ...(at % 2 ? COSTS : TEAM),
          n: at + 1,
        })),
      },
    ),
    PLACE,
  ),
  hostile: renderReply(
    replyOf(
      '<!channel> <@U1> see [the playbook](https://evil.example) & <b>more</b> in `<!here>` @everyone',
      {
        citations: [citation(1, '<!channel> *Handbook*', '<https://evil.example|safe>', '<@U1>')],
        caveats: ['<!here> *bold* _it_'],
      },
    ),
    { isPrivate: false, mayShare: false },
  ),
  unanswerable: renderReply(
    replyOf(
      'The knowledge base gives no churn target. [1]\nPublic medians stand among the benchmarks and are not targets.',
      {
        kind: 'unanswerable',
        citations: [
          citation(1, "Cairn's notes", 'Gaps > Churn and retention of customers', 'no churn target'),
        ],
      },
    ),
    PLACE,
  ),
  declined: renderReply(
    replyOf('That is for your product and engineering teams to carry out; I advise and plan.', {
      kind: 'declined',
    }),
    PLACE,
  ),
  clarify: renderReply(
    replyOf('Hello! I advise on scaling a company: stages, growth phases, risks and KPIs.', {
      kind: 'clarify',
      choices: [
        { label: 'Where are we?', question: 'Which stage are we in?' },
        { label: 'What does phase 2 cost?', question: 'What does phase 2 cost in infrastructure?' },
      ],
    }),
    PLACE,
  ),
  notice: renderNotice('**Handbook.pdf** was read: 42 passages, for everyone.', [
    { action: 'open_documents', value: '1', label: 'Show documents' },
    {
      action: 'remove',
      value: '1',
      label: 'Remove',
      style: 'danger',
      confirm: { title: 'Remove?', text: 'It is gone then.', yes: 'Remove' },
    },
  ]),
})
