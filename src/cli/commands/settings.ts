import type { Command } from 'commander'
import { AppError } from '../../errors.ts'
import { parseSettingName, parseSettingValue } from '../../org/parse-setting.ts'
import { disclosures, readSettings, SETTING_NAMES, SETTINGS, type SettingName } from '../../org/settings.ts'
import type { SettingValue } from '../../ports/settings-store.ts'
import { type CommandContext, LOCAL_TENANT } from '../context.ts'

interface Options {
  tenant: string
  json?: boolean
}

const withUnit = (name: SettingName, value: SettingValue): string => {
  const setting = SETTINGS[name]
  return 'unit' in setting ? `${value} ${setting.unit}` : String(value)
}

const asJson = (name: SettingName, value: SettingValue): object => {
  const { schema: _, expected: __, ...described } = SETTINGS[name]
  return { name, value, ...described }
}

export const registerSettings = (program: Command, { terminal, app }: CommandContext): void => {
  const settings = program.command('settings').description('what an organization sets for itself')
  const command = (name: string, description: string) =>
    settings
      .command(name)
      .description(description)
      .option('--tenant <id>', 'the organization', LOCAL_TENANT)
      .option('--json', 'print the result as JSON')

  /** A mistyped organization has to be noticed; the terminal's own is there before anything of it is stored. */
  const assertTenant = async (tenant: string): Promise<void> => {
    const tenants = (await (await app()).data.tenants()).map(({ tenantId }) => tenantId)
    if (tenant === LOCAL_TENANT || tenants.includes(tenant)) return
    const found = tenants.length > 0 ? `it holds ${tenants.slice(0, 10).join(', ')}` : 'it holds none yet'
    throw new AppError('not_found', `There is no organization "${tenant}" in this store; ${found}.`)
  }

  command('list', 'list every setting with its value, its default and what it means').action(
    async ({ tenant, json }: Options) => {
      await assertTenant(tenant)
      const values = await readSettings((await app()).settings, tenant)
      const leaves = disclosures(values)
      if (json) {
        terminal.line(
          JSON.stringify({ settings: SETTING_NAMES.map((name) => asJson(name, values[name])), leaves }),
        )
        return
      }
      for (const name of SETTING_NAMES) {
        const { default: initial, description } = SETTINGS[name]
        const standard = values[name] === initial ? 'the default' : `default ${initial}`
        terminal.line(`${name} = ${withUnit(name, values[name])} (${standard})\n    ${description}`)
      }
      terminal.line(
        leaves.length > 0
          ? `\nWhere a model composes answers, this leaves for its provider:\n${leaves.map((what) => `  - ${what}`).join('\n')}`
          : '\nNo model is used: nothing leaves for a model provider.',
      )
    },
  )
  command('set', 'change a setting')
    .argument('<name>', 'the setting')
    .argument('<value>', 'its new value')
    .action(async (typedName: string, typedValue: string, { tenant, json }: Options) => {
      const name = parseSettingName(typedName)
      const value = parseSettingValue(name, typedValue)
      const { settings: store, ensureTenant } = await app()
      await assertTenant(tenant)
      if (tenant === LOCAL_TENANT) await ensureTenant(tenant)
      await store.put(tenant, name, value, undefined)
      terminal.line(json ? JSON.stringify(asJson(name, value)) : `${name} is ${withUnit(name, value)} now.`)
    })
  command('reset', 'give a setting its default back')
    .argument('<name>', 'the setting')
    .action(async (typedName: string, { tenant, json }: Options) => {
      const name = parseSettingName(typedName)
      await assertTenant(tenant)
      const changed = await (await app()).settings.reset(tenant, name, undefined)
      const value = SETTINGS[name].default
      const said = `${name} ${changed ? 'is back at' : 'was at its default'} ${withUnit(name, value)}${changed ? '' : ' already'}.`
      terminal.line(json ? JSON.stringify(asJson(name, value)) : said)
    })
}
