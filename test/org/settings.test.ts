import { describe, expect, test } from 'vitest'
import { parseSettingName, parseSettingValue } from '../../src/org/parse-setting.ts'
import { disclosures, readSettings, SETTING_NAMES, SETTINGS } from '../../src/org/settings.ts'

const read = (stored: Record<string, unknown>) => readSettings({ all: async () => stored }, 'acme')

describe('settings', () => {
  test('are as they are by default, as long as nothing was changed', async () => {
    expect(await read({})).toEqual({
      'retention.inbox_days': 90,
      'retention.turns_days': 365,
      'retention.outbox_days': 90,
      'retention.audit_days': 730,
      'budget.usd_per_day': 10,
      'budget.answers_per_person_per_hour': 30,
      'model.enabled': true,
      'model.share_documents': true,
      'model.share_metrics': true,
      'model.share_financial_metrics': false,
      'model.share_names': false,
    })
  })

  test('hold what was changed; what does not fit, or is unknown, counts for nothing', async () => {
    const stored = {
      'retention.inbox_days': 7,
      'retention.turns_days': 0,
      'retention.outbox_days': 1.5,
      'retention.audit_days': '30',
      'budget.usd_per_day': 0.25,
      'budget.answers_per_person_per_hour': null,
      'model.enabled': 'yes',
      'model.share_names': true,
      'model.share_everything': true,
    }
    const defaults = await read({})
    expect(await read(stored)).toEqual({
      ...defaults,
      'retention.inbox_days': 7,
      'budget.usd_per_day': 0.25,
      'model.share_names': true,
    })
  })

  test('every default fits its own setting, as typed text too', () => {
    for (const name of SETTING_NAMES)
      expect(parseSettingValue(name, String(SETTINGS[name].default))).toBe(SETTINGS[name].default)
  })

  test('what leaves for the model provider is said, and nothing leaves without a model', async () => {
    const settings = await read({})
    expect(disclosures(settings)).toHaveLength(3)
    expect(disclosures({ ...settings, 'model.share_documents': false }).join()).not.toMatch(/documents/)
    expect(disclosures({ ...settings, 'model.share_financial_metrics': true }).join()).toMatch(/revenue/)
    expect(disclosures({ ...settings, 'model.enabled': false })).toEqual([])
    expect(disclosures({ ...settings, 'budget.usd_per_day': 0 })).toEqual([])
  })
})

describe('a setting that a person types', () => {
  test.each([
    ['retention.inbox_day', /did you mean retention\.inbox_days/],
    ['inbox', /did you mean retention\.inbox_days\?/],
    ['Model.Share_Docs', /did you mean model\.share_documents/],
    ['usd', /did you mean budget\.usd_per_day\?/],
    ['frobnicate', /nothing is named like it\. "npx cairn settings list" shows all/],
    ['', /There is no setting ""/],
    ['toString', /There is no setting "toString"/],
    ['x'.repeat(10_000), /There is no setting "x{60}"/],
  ])('%#: an unknown name suggests near ones', (name, message) => {
    expect(() => parseSettingName(name)).toThrow(message)
  })

  test.each([
    [
      'retention.inbox_days',
      ['1', '3650', ' 30 '],
      ['0', '3651', '-1', '1.5', '1e2', '0x10', '', 'ten', '30 days'],
    ],
    ['budget.usd_per_day', ['0', '0.5', '10000'], ['-0.01', '10001', '$5', 'NaN', 'Infinity', 'true']],
    ['model.enabled', ['true', 'FALSE'], ['yes', '1', '']],
  ] as const)('%s takes what fits', (name, fitting, others) => {
    for (const value of fitting) expect(() => parseSettingValue(name, value)).not.toThrow()
    for (const value of others) expect(() => parseSettingValue(name, value), value).toThrow(/does not fit/)
  })

  test('a value that does not fit is named with what is expected', () => {
    expect(() => parseSettingValue('retention.turns_days', 'ten')).toThrow(
      '"ten" does not fit retention.turns_days; expected a whole number of days from 1 to 3,650, such as 365.',
    )
    expect(() => parseSettingValue('model.enabled', 'maybe')).toThrow('expected true or false, such as true')
  })
})
