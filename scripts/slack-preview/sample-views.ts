import { renderHome, renderPanel } from '../../src/adapters/slack/render-cards.ts'
import { renderForm } from '../../src/adapters/slack/render-form.ts'
import type { Card, Form } from '../../src/conversation/card.ts'
import { deployments, phases } from './sample-figures.ts'

const cards: Card[] = [
  {
    id: 'stage',
    title: 'Where you are',
    text: '**Stage 4**, large team, with 40 developers.\n\n- Phase 2 (Growth), at $8M ARR\n- Next: stage 5, from 75 developers',
    buttons: [
      { action: 'edit_profile', value: '', label: 'Change', style: 'primary' },
      { action: 'ask', value: 'What comes next?', label: 'What comes next?' },
    ],
  },
  { id: 'phases', title: 'Phases', text: 'What each phase asks for.', table: phases, buttons: [] },
  {
    id: 'trend',
    title: 'Deployments',
    text: 'Up since January.',
    chart: deployments,
    buttons: [{ action: 'more', value: '1', label: 'Details' }],
  },
]

const form: Form = {
  action: 'save',
  value: '',
  title: 'Weekly digest',
  submit: 'Save',
  text: 'What is sent, **when** and to whom.',
  fields: [
    { name: 'on', label: 'Digest', kind: 'switch', initial: true },
    { name: 'channel', label: 'Channel', kind: 'channel', hint: 'Cairn has to be a member.' },
    {
      name: 'day',
      label: 'Day',
      kind: 'choice',
      initial: 'mon',
      options: [
        { value: 'mon', label: 'Monday' },
        { value: 'fri', label: 'Friday' },
      ],
    },
    {
      name: 'zone',
      label: 'Time zone',
      kind: 'choice',
      options: ['UTC', 'Berlin', 'Delhi', 'London', 'New York', 'Tokyo'].map((label) => ({
        value: label,
        label,
      })),
    },
    {
      name: 'developers',
      label: 'Developers',
      kind: 'number',
      initial: 40,
      bounds: [1, 10_000],
      whole: true,
    },
    { name: 'note', label: 'Note', kind: 'text', multiline: true, maxLength: 500, optional: true },
    { name: 'owner', label: 'Owner', kind: 'person', optional: true },
    { name: 'file', label: 'Template', kind: 'file', endings: ['md', 'docx'], optional: true },
  ],
}

/** Screens as they are opened. */
export const views = () => ({
  home: renderHome(cards),
  'empty home': renderHome([]),
  panel: renderPanel({
    title: '[1] Growth phases',
    cards: [
      {
        id: 'p',
        title: 'Phases compared › Infrastructure cost',
        text: 'Total infrastructure cost by growth phase:\n- **Phase 1 (Foundation): $50K a month**\n- Phase 2 (Growth): $200K a month\n- Phase 3 (Scale): $500K a month\n- Phase 4 (Market Leadership): no figure stated',
        buttons: [],
      },
    ],
  }),
  form: renderForm(form, {
    privateMetadata: '',
    errors: { developers: 'There is no stage of so many developers.' },
  }),
})
