import { z } from 'zod'
import {
  anyText,
  block,
  button,
  checkboxes,
  conversationsSelect,
  feedbackButtons,
  fileInput,
  iconButton,
  id,
  imageElement,
  mrkdwn,
  numberInput,
  picture,
  plain,
  plainTextInput,
  radioButtons,
  staticSelect,
  usersSelect,
} from './element-schemas.ts'

const richTextStyle = z
  .strictObject({
    bold: z.boolean().optional(),
    italic: z.boolean().optional(),
    strike: z.boolean().optional(),
    code: z.boolean().optional(),
  })
  .optional()
const richTextPart = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1), style: richTextStyle }),
  z.strictObject({
    type: z.literal('link'),
    url: z.string(),
    text: z.string().optional(),
    style: richTextStyle,
  }),
])
const richText = block('rich_text', {
  elements: z
    .array(
      z.strictObject({
        type: z.enum(['rich_text_section', 'rich_text_preformatted', 'rich_text_quote']),
        elements: z.array(richTextPart).min(1),
        border: z.union([z.literal(0), z.literal(1)]).optional(),
      }),
    )
    .min(1),
})

const rawText = z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1).max(2_000) })
const rawNumber = z.strictObject({
  type: z.literal('raw_number'),
  value: z.number(),
  text: z.string().min(1).max(2_000),
})
const cells = z
  .array(z.discriminatedUnion('type', [rawText, rawNumber, richText]))
  .min(1)
  .max(20)

const chartLabel = z.string().min(1).max(20)
const chartOnAxes = (type: 'bar' | 'line' | 'area') =>
  z.strictObject({
    type: z.literal(type),
    series: z
      .array(
        z.strictObject({
          name: chartLabel,
          data: z
            .array(z.strictObject({ label: chartLabel, value: z.number() }))
            .min(1)
            .max(20),
        }),
      )
      .min(1)
      .max(6),
    axis_config: z.strictObject({
      categories: z.array(chartLabel).min(1).max(20),
      x_label: z.string().min(1).max(50).optional(),
      y_label: z.string().min(1).max(50).optional(),
    }),
  })
const pie = z.strictObject({
  type: z.literal('pie'),
  segments: z
    .array(z.strictObject({ label: chartLabel, value: z.number().positive() }))
    .min(1)
    .max(6),
})

const card = block('card', {
  title: mrkdwn(150).optional(),
  subtitle: mrkdwn(150).optional(),
  body: mrkdwn(200).optional(),
  hero_image: imageElement.optional(),
  icon: imageElement.optional(),
  actions: z.array(button).min(1).max(3).optional(),
})

/** Every block that is known here, by its type. */
export const BLOCKS = {
  actions: block('actions', {
    elements: z
      .array(
        z.discriminatedUnion('type', [
          button,
          staticSelect,
          usersSelect,
          conversationsSelect,
          checkboxes,
          radioButtons,
        ]),
      )
      .min(1)
      .max(25),
  }),
  alert: block('alert', {
    text: anyText(200),
    level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
  }),
  card,
  carousel: block('carousel', { elements: z.array(card).min(1).max(10) }),
  context: block('context', {
    elements: z
      .array(z.discriminatedUnion('type', [plain(3_000), mrkdwn(3_000), imageElement]))
      .min(1)
      .max(10),
  }),
  context_actions: block('context_actions', {
    elements: z
      .array(z.discriminatedUnion('type', [feedbackButtons, iconButton]))
      .min(1)
      .max(5),
  }),
  data_table: block('data_table', {
    caption: z.string().min(1),
    rows: z.array(cells).min(2).max(101),
    page_size: z.int().min(1).max(100).optional(),
    row_header_column_index: z.int().min(0).optional(),
  }),
  data_visualization: block('data_visualization', {
    title: z.string().min(1).max(50),
    chart: z.discriminatedUnion('type', [pie, chartOnAxes('bar'), chartOnAxes('line'), chartOnAxes('area')]),
  }),
  divider: block('divider', {}),
  header: block('header', { text: plain(150) }),
  image: block('image', { ...picture, title: plain(2_000).optional() }),
  input: block('input', {
    label: plain(2_000),
    hint: plain(2_000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
    element: z.discriminatedUnion('type', [
      plainTextInput,
      numberInput,
      staticSelect,
      radioButtons,
      checkboxes,
      usersSelect,
      conversationsSelect,
      fileInput,
    ]),
  }),
  markdown: block('markdown', { text: z.string().min(1).max(12_000) }),
  rich_text: richText,
  section: block('section', {
    text: anyText(3_000).optional(),
    fields: z.array(anyText(2_000)).min(1).max(10).optional(),
    accessory: z.discriminatedUnion('type', [button, staticSelect, imageElement]).optional(),
    expand: z.boolean().optional(),
  }),
  table: block('table', {
    rows: z.array(cells).min(1).max(100),
    column_settings: z
      .array(
        z.strictObject({
          align: z.enum(['left', 'center', 'right']).optional(),
          is_wrapped: z.boolean().optional(),
        }),
      )
      .max(20)
      .optional(),
  }),
} as const

/** The frame of a view; its blocks are checked one by one. */
export const VIEWS = {
  modal: z.strictObject({
    type: z.literal('modal'),
    title: plain(24),
    submit: plain(24).optional(),
    close: plain(24).optional(),
    callback_id: id.optional(),
    private_metadata: z.string().max(3_000).optional(),
    external_id: id.optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    blocks: z.array(z.unknown()).min(1).max(100),
  }),
  home: z.strictObject({
    type: z.literal('home'),
    callback_id: id.optional(),
    private_metadata: z.string().max(3_000).optional(),
    external_id: id.optional(),
    blocks: z.array(z.unknown()).min(1).max(100),
  }),
} as const
