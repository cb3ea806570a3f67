import { z } from 'zod'
import { type Figures, placeFigures } from '../advisor/placement.ts'
import type { Field, Form } from '../conversation/card.ts'
import { cleanText } from '../conversation/clean-text.ts'
import type { Citation, Reply } from '../conversation/reply.ts'
import type { Table } from '../conversation/table.ts'
import { readEntities } from '../knowledge/entities.ts'
import type { Playbook } from '../playbook/playbook.ts'
import { describePhase, describeStage, formatQuantity } from '../playbook/render.ts'
import type { Axes } from '../playbook/schema.ts'
import type { Claim } from '../ports/composer.ts'
import type { Passage } from '../ports/knowledge-store.ts'
import { phaseOfArr, phaseOfMonth, stageOf } from '../strategy/stage.ts'
import { readFilled, typedNumber } from './filled.ts'
import type { Feature, Outcome } from './screens.ts'

/** Longest text that figures are read from. */
const LONGEST_READ = 1_000
const EXAMPLE = '23 developers, $4.2M ARR, month 30'

/** What the form asks for. The largest values are far beyond any company. */
const FIGURES = [
  { name: 'developers', label: 'Developers', bounds: [1, 100_000] },
  { name: 'arr', label: 'Annual recurring revenue, in US dollars', bounds: [0, 1e12] },
  { name: 'month', label: "Month since the company's start, the first being 1", bounds: [1, 1_200] },
] as const

const filledFigures = z.object({
  developers: typedNumber(FIGURES[0].bounds, true).optional(),
  arr: typedNumber(FIGURES[1].bounds, true).optional(),
  month: typedNumber(FIGURES[2].bounds, true).optional(),
})

const FORM: Form = {
  action: 'stage',
  value: '',
  title: 'Where are we?',
  submit: 'Show',
  text: 'Fill in what you know; one figure is enough.',
  fields: FIGURES.map((figure): Field => ({ kind: 'number', ...figure, whole: true, optional: true })),
}

const NONE: Outcome = {
  show: 'note',
  text: `I found no figure in that. Expected a number of developers, an ARR or a month, such as \`stage ${EXAMPLE}\`; or fill in the form.`,
  buttons: [{ action: 'stage', value: '', label: 'Open the form' }],
}

/** One row for each figure that is known; only the number of developers has zones between its bands. */
const tableOf = ({ developers, arrUsd, month }: Figures, axes: Axes): Table => {
  const position = developers === undefined ? undefined : stageOf(developers, axes)
  const phase = arrUsd === undefined ? undefined : phaseOfArr(arrUsd, axes)
  const scheduled = month === undefined ? undefined : phaseOfMonth(month, axes)
  const zone = position?.zone
  return {
    caption: 'Where these figures stand',
    columns: ['Axis', 'Value', 'Where that is', 'Transition zone'].map((name) => ({ name, kind: 'text' })),
    rows: [
      ...(position
        ? [
            [
              'Developers',
              String(developers),
              describeStage(position.stage),
              zone ? `to ${describeStage(zone.toward)}` : 'no',
            ],
          ]
        : []),
      ...(phase ? [['ARR', formatQuantity('usd', arrUsd ?? 0), describePhase(phase), 'no']] : []),
      ...(scheduled ? [['Month', String(month), describePhase(scheduled), 'no']] : []),
    ],
  }
}

/** Claims as the text of a reply, each passage cited under one number. */
const citing = (claims: Claim[], passages: Passage[]): Pick<Reply, 'text' | 'citations'> => {
  const citations: Citation[] = []
  const mark = ({ passageId, quote }: Claim['cites'][number]): string => {
    const passage = passages.find(({ id }) => id === passageId)
    if (!passage) return ''
    const { document, section } = passage
    let citation = citations.find((known) => known.passageId === passageId)
    if (!citation) {
      citation = { n: citations.length + 1, type: 'passage', passageId, document, section, quote }
      citations.push(citation)
    }
    return ` [${citation.n}]`
  }
  const text = claims.map((claim) => `${claim.text}${claim.cites.map(mark).join('')}`).join('')
  return { text, citations }
}

const place = (figures: Figures, playbook: Playbook): Reply | undefined => {
  const placed = placeFigures(figures, playbook)
  if (!placed) return undefined
  const { claims, passages, caveats } = placed
  return { kind: 'answer', ...citing(claims, passages), caveats, table: tableOf(figures, playbook.axes) }
}

/** Where figures stand on the stages and phases, computed as for a question that states them. */
export const createStage = (playbook: Playbook): Feature => {
  const show = (figures: Figures): Outcome => {
    const reply = place(figures, playbook)
    return reply ? { show: 'reply', reply } : NONE
  }
  return {
    actions: { stage: async () => ({ show: 'form', form: FORM }) },
    submissions: {
      stage: async (_, __, filled) => {
        const { data, wrong } = readFilled(filledFigures, filled)
        if (wrong) return wrong
        const { developers, arr: arrUsd, month } = data
        return developers === undefined && arrUsd === undefined && month === undefined
          ? { show: 'errors', errors: { developers: 'Fill in at least one of the three figures.' } }
          : show({ developers, arrUsd, month })
      },
    },
    subcommands: [
      {
        name: 'stage',
        arguments: '<figures>',
        description: `where you stand, from figures such as ${EXAMPLE}`,
        run: async (_, rest) => {
          const text = cleanText(rest).slice(0, LONGEST_READ)
          if (text === '') return { show: 'form', form: FORM }
          const { developers, arrUsd, months } = readEntities(text, playbook.axes)
          return show({ developers, arrUsd, month: months[0] })
        },
      },
    ],
  }
}
