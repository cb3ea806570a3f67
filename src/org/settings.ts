import { z } from 'zod'
import type { SettingsStore } from '../ports/settings-store.ts'

/** A setting that is a number. */
export interface NumberSetting {
  schema: z.ZodType<number>
  default: number
  unit: string
  /** Least and most, both allowed. */
  bounds: readonly [number, number]
  /** Fractions do not fit. */
  whole: boolean
  /** What a value has to be, for whoever gave another. */
  expected: string
  /** What it means, in words for people. */
  description: string
}

/** A setting that is on or off. */
export interface SwitchSetting {
  schema: z.ZodType<boolean>
  default: boolean
  expected: string
  description: string
  /** What leaves for the model provider while it is on. */
  discloses: string
}

const figure = (n: number) => n.toLocaleString('en')

const amount = (
  initial: number,
  unit: string,
  bounds: readonly [number, number],
  description: string,
): NumberSetting => {
  const [least, most] = bounds
  const expected = `a number of ${unit} from ${figure(least)} to ${figure(most)}`
  const schema = z.number().min(least).max(most)
  return { schema, default: initial, unit, bounds, whole: false, expected, description }
}

const whole = (...given: Parameters<typeof amount>): NumberSetting => {
  const { schema, expected, ...rest } = amount(...given)
  return {
    ...rest,
    schema: schema.refine(Number.isInteger),
    whole: true,
    expected: expected.replace('a ', 'a whole '),
  }
}

const days = (initial: number, description: string) => whole(initial, 'days', [1, 3_650], description)

const allowed = (initial: boolean, description: string, discloses: string): SwitchSetting => ({
  schema: z.boolean(),
  default: initial,
  expected: 'true or false',
  description,
  discloses,
})

/** Everything that an organization may set for itself. The defaults are Cairn's own. */
export const SETTINGS = {
  'retention.inbox_days': days(90, 'Messages are kept for this long once they were answered.'),
  'retention.turns_days': days(
    365,
    'Questions and answers, the transcript of threads, are kept for this long.',
  ),
  'retention.outbox_days': days(90, 'Posts are kept for this long once they arrived or were given up.'),
  'retention.audit_days': days(730, 'The record of who did what is kept for this long.'),
  'budget.usd_per_day': amount(
    10,
    'US dollars a day',
    [0, 10_000],
    'What the model may cost; beyond it, answers are composed without one. 0 means no model at all.',
  ),
  'budget.answers_per_person_per_hour': whole(
    30,
    'answers an hour',
    [1, 10_000],
    'How often one person is answered before being asked for patience.',
  ),
  'model.enabled': allowed(
    true,
    'A language model may compose answers, when this installation has one.',
    'The question, what was said before in its thread, and passages of the shared knowledge base.',
  ),
  'model.share_documents': allowed(
    true,
    "The model may read passages of your organization's own documents.",
    "Passages of your organization's own documents that bear on the question.",
  ),
  'model.share_metrics': allowed(
    true,
    "The model may read your organization's figures, those on money aside.",
    "Your organization's figures that bear on the question, those on money aside.",
  ),
  'model.share_financial_metrics': allowed(
    false,
    "The model may read your organization's figures on money, such as revenue and costs.",
    "Your organization's figures on money that bear on the question, such as revenue and costs.",
  ),
  'model.share_names': allowed(
    false,
    'The model may read the names of people and teams.',
    'Names of people and teams, where they stand in what is sent.',
  ),
} as const satisfies Record<string, NumberSetting | SwitchSetting>

export type SettingName = keyof typeof SETTINGS
export type Settings = { [Name in SettingName]: (typeof SETTINGS)[Name]['default'] }

/** The names of all settings, in the order in which they are shown. */
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[]

/** All settings of a tenant. What was never changed, or no longer fits, is as it is by default. */
export const readSettings = async (
  store: Pick<SettingsStore, 'all'>,
  tenantId: string,
): Promise<Settings> => {
  const stored = await store.all(tenantId)
  const values = SETTING_NAMES.map((name) => {
    const { success, data } = SETTINGS[name].schema.safeParse(stored[name])
    return [name, success ? data : SETTINGS[name].default]
  })
  return Object.fromEntries(values)
}

/** What leaves for the model provider under these settings, one plain sentence each; none when no model is used. */
export const disclosures = (settings: Settings): string[] => {
  if (!settings['model.enabled'] || settings['budget.usd_per_day'] === 0) return []
  return SETTING_NAMES.flatMap((name) => {
    const setting: NumberSetting | SwitchSetting = SETTINGS[name]
    return 'discloses' in setting && settings[name] === true ? [setting.discloses] : []
  })
}
