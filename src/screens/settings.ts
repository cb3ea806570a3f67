import { z } from 'zod'
import type { Button, Card, Field, Form, Panel } from '../conversation/card.ts'
import { readSettingValue } from '../org/parse-setting.ts'
import {
  type NumberSetting,
  readSettings,
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
  type Settings,
  type SwitchSetting,
} from '../org/settings.ts'
import type { SettingsStore, SettingValue } from '../ports/settings-store.ts'
import { type AdminsOnly, isAdmin } from './admins.ts'
import { changed, note } from './note.ts'
import { disclosureText } from './privacy.ts'
import type { Feature, Outcome } from './screens.ts'

/** Titles of the groups, by what the names of their settings begin with. */
const TITLES: Record<string, string> = {
  retention: 'Retention',
  budget: 'Budgets',
  model: 'Model and disclosure',
}

const GROUPS = Map.groupBy(SETTING_NAMES, (name) => name.split('.')[0] as string)
const titleOf = (group: string): string => TITLES[group] ?? group

const LONGEST_TYPED = 40

/** Which settings a form changes, and how they were when it was opened: only what the person changed is written. */
const opened = z.object({
  group: z.string(),
  shown: z.record(z.string(), z.union([z.number(), z.boolean()])),
})

const printed = (name: SettingName, value: SettingValue): string => {
  const setting: NumberSetting | SwitchSetting = SETTINGS[name]
  if ('unit' in setting) return `${value.toLocaleString('en')} ${setting.unit}`
  return value ? 'on' : 'off'
}

const fieldOf = (name: SettingName, value: SettingValue): Field => {
  const setting: NumberSetting | SwitchSetting = SETTINGS[name]
  const { description, expected, default: initial } = setting
  const base = { name, label: description.replace(/\.$/, '') }
  if ('discloses' in setting)
    return {
      ...base,
      kind: 'switch',
      hint: `${printed(name, initial)} unless changed`,
      initial: value === true,
    }
  const { bounds, whole } = setting
  const hint = `${expected}; ${initial.toLocaleString('en')} unless changed`
  return { ...base, kind: 'number', hint, initial: Number(value), bounds, whole }
}

const formOf = (group: string, names: readonly SettingName[], settings: Settings, model?: string): Form => {
  const shown = Object.fromEntries(names.map((name) => [name, settings[name]]))
  return {
    action: 'settings',
    value: JSON.stringify({ group, shown }),
    title: titleOf(group),
    submit: 'Save',
    ...(group === 'model' ? { text: disclosureText(settings, model) } : {}),
    fields: names.map((name) => fieldOf(name, settings[name])),
  }
}

const cardOf = (settings: Settings): Card => ({
  id: 'settings',
  title: 'Settings',
  text: [...GROUPS]
    .map(([group, names]) => {
      const lines = names.map(
        (name) => `- ${SETTINGS[name].description} **${printed(name, settings[name])}**`,
      )
      return `**${titleOf(group)}**\n${lines.join('\n')}`
    })
    .join('\n\n'),
  buttons: [...GROUPS.keys()].map(
    (group): Button => ({ action: 'settings', value: group, label: titleOf(group) }),
  ),
})

export interface SettingsOptions {
  settings: SettingsStore
  adminsOnly: AdminsOnly
  /** The model that composes answers; absent when none is configured. */
  model?: string
}

/** What the organization sets for itself, as forms made from the catalogue of settings. */
export const createSettings = ({ settings: store, adminsOnly, model }: SettingsOptions): Feature => {
  const panel = async (tenantId: string): Promise<Panel> => ({
    title: 'Settings',
    cards: [cardOf(await readSettings(store, tenantId))],
  })

  const write = async (
    tenantId: string,
    personId: string,
    changes: readonly [SettingName, SettingValue][],
  ): Promise<Outcome> => {
    for (const [name, value] of changes)
      if (value === SETTINGS[name].default) await store.reset(tenantId, name, personId)
      else await store.put(tenantId, name, value, personId)
    if (changes.length === 0) return changed('Nothing was changed.')
    return changed(
      `Saved: ${changes.map(([name, value]) => `${name} is ${printed(name, value)}`).join('; ')}.`,
    )
  }

  return {
    cards: async (actor) => (isAdmin(actor) ? (await panel(actor.tenantId)).cards : []),
    actions: {
      settings: (actor, group) =>
        adminsOnly(actor, async () => {
          const names = GROUPS.get(group)
          if (!names) return { show: 'panel', panel: await panel(actor.tenantId) }
          return {
            show: 'form',
            form: formOf(group, names, await readSettings(store, actor.tenantId), model),
          }
        }),
    },
    submissions: {
      settings: (actor, value, filled) =>
        adminsOnly(actor, async () => {
          const { group, shown } = parseOpened(value)
          const names = GROUPS.get(group)
          if (!names) return note('There are no such settings any more; open them anew.')
          const current = await readSettings(store, actor.tenantId)
          const errors: Record<string, string> = {}
          const changes: [SettingName, SettingValue][] = []
          for (const name of names) {
            const typed = filled.values[name] ?? ''
            const wanted = readSettingValue(name, typed)
            if (wanted === undefined)
              errors[name] =
                `Expected ${SETTINGS[name].expected}; found ${typed.trim() === '' ? 'nothing' : `"${typed.slice(0, LONGEST_TYPED)}"`}.`
            else if (wanted !== shown[name] && wanted !== current[name]) changes.push([name, wanted])
          }
          if (Object.keys(errors).length > 0) return { show: 'errors', errors }
          return write(actor.tenantId, actor.person.personId, changes)
        }),
    },
    subcommands: [
      {
        name: 'settings',
        arguments: '',
        description: 'how long data is kept, what the model may cost and read (admins)',
        run: (actor) =>
          adminsOnly(actor, async () => ({ show: 'panel', panel: await panel(actor.tenantId) })),
      },
    ],
  }
}

const parseOpened = (value: string): z.infer<typeof opened> => {
  try {
    return opened.parse(JSON.parse(value))
  } catch {
    return { group: '', shown: {} }
  }
}
