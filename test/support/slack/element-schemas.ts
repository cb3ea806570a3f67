import { z } from 'zod'

/**
 * The elements of Block Kit as Slack documents them, strictly: no key that is not documented, every length at its
 * limit. They share no figure with `src`, so that a wrong one there is found.
 */
export const id = z.string().min(1).max(255)
export const plain = (limit: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(limit),
    emoji: z.boolean().optional(),
  })
export const mrkdwn = (limit: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(limit),
    verbatim: z.boolean().optional(),
  })
export const anyText = (limit: number) => z.discriminatedUnion('type', [plain(limit), mrkdwn(limit)])
export const block = <T extends string, S extends z.core.$ZodLooseShape>(type: T, shape: S) =>
  z.strictObject({ type: z.literal(type), block_id: id.optional(), ...shape })
const element = <T extends string, S extends z.core.$ZodLooseShape>(type: T, shape: S) =>
  z.strictObject({ type: z.literal(type), action_id: id.optional(), ...shape })

const style = z.enum(['primary', 'danger']).optional()
const confirm = z
  .strictObject({
    title: plain(100),
    text: anyText(300),
    confirm: plain(30),
    deny: plain(30),
    style,
  })
  .optional()
const accessibility_label = z.string().min(1).max(75).optional()

export const button = element('button', {
  text: plain(75),
  value: z.string().min(1).max(2_000).optional(),
  url: z.string().max(3_000).optional(),
  style,
  confirm,
  accessibility_label,
})
const option = z.strictObject({
  text: anyText(75),
  value: z.string().min(1).max(75),
  description: plain(75).optional(),
})
const menuOption = option.extend({ text: plain(75) })
const focus = { focus_on_load: z.boolean().optional() }
const placeholder = { placeholder: plain(150).optional() }
const number = z.string().regex(/^-?\d+(\.\d+)?$/)

const fewOptions = {
  options: z.array(option).min(1).max(10),
  confirm,
  ...focus,
}
export const staticSelect = element('static_select', {
  options: z.array(menuOption).min(1).max(100).optional(),
  option_groups: z
    .array(z.strictObject({ label: plain(75), options: z.array(menuOption).min(1).max(100) }))
    .min(1)
    .max(100)
    .optional(),
  initial_option: menuOption.optional(),
  confirm,
  ...focus,
  ...placeholder,
})
export const usersSelect = element('users_select', {
  initial_user: id.optional(),
  confirm,
  ...focus,
  ...placeholder,
})
export const conversationsSelect = element('conversations_select', {
  initial_conversation: id.optional(),
  default_to_current_conversation: z.boolean().optional(),
  response_url_enabled: z.boolean().optional(),
  filter: z
    .strictObject({
      include: z
        .array(z.enum(['im', 'mpim', 'private', 'public']))
        .min(1)
        .optional(),
      exclude_external_shared_channels: z.boolean().optional(),
      exclude_bot_users: z.boolean().optional(),
    })
    .optional(),
  confirm,
  ...focus,
  ...placeholder,
})
export const checkboxes = element('checkboxes', {
  ...fewOptions,
  initial_options: z.array(option).min(1).optional(),
})
export const radioButtons = element('radio_buttons', { ...fewOptions, initial_option: option.optional() })
export const plainTextInput = element('plain_text_input', {
  initial_value: z.string().max(3_000).optional(),
  multiline: z.boolean().optional(),
  min_length: z.int().min(0).max(3_000).optional(),
  max_length: z.int().min(1).max(3_000).optional(),
  ...focus,
  ...placeholder,
})
export const numberInput = element('number_input', {
  is_decimal_allowed: z.boolean(),
  initial_value: number.optional(),
  min_value: number.optional(),
  max_value: number.optional(),
  ...focus,
  ...placeholder,
})
export const fileInput = element('file_input', {
  filetypes: z
    .array(z.string().regex(/^[a-z0-9]+$/))
    .min(1)
    .optional(),
  max_files: z.int().min(1).max(10).optional(),
})

export const picture = {
  alt_text: z.string().min(1).max(2_000),
  image_url: z.string().max(3_000).optional(),
  slack_file: z.union([z.strictObject({ id }), z.strictObject({ url: z.string() })]).optional(),
}
export const imageElement = z.strictObject({ type: z.literal('image'), ...picture })

const judged = z.strictObject({ text: plain(75), value: z.string().min(1).max(2_000), accessibility_label })
export const feedbackButtons = element('feedback_buttons', {
  positive_button: judged,
  negative_button: judged,
})
export const iconButton = element('icon_button', {
  icon: z.literal('trash'),
  text: plain(75),
  value: z.string().min(1).max(2_000).optional(),
  visible_to_user_ids: z.array(id).min(1).max(10).optional(),
  confirm,
  accessibility_label,
})
