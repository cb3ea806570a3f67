import type { Card } from '../conversation/card.ts'
import { disclosures, readSettings, SETTING_NAMES, SETTINGS, type Settings } from '../org/settings.ts'
import type { SettingsStore } from '../ports/settings-store.ts'
import type { Feature, Outcome } from './screens.ts'

/** What leaves for the model's provider under these settings, in words for people. */
export const disclosureText = (settings: Settings, model: string | undefined): string => {
  const leaves = disclosures(settings)
  if (model === undefined)
    return `No model is configured: nothing leaves for a model provider.${leaves.length > 0 ? ' With one, this would leave:' : ''}\n${leaves.map((what) => `- ${what}`).join('\n')}`.trim()
  if (leaves.length === 0) return 'No model is used: nothing leaves for a model provider.'
  return `Where ${model} composes answers, this leaves for its provider:\n${leaves.map((what) => `- ${what}`).join('\n')}`
}

const keptText = (settings: Settings): string =>
  SETTING_NAMES.filter((name) => name.startsWith('retention.'))
    .map((name) => `- ${SETTINGS[name].description} **${settings[name]} days**`)
    .join('\n')

const ENTRY: Card = {
  id: 'privacy',
  title: 'Your data',
  text: 'What leaves for the model provider, how long things are kept, and who can change it.',
  buttons: [{ action: 'privacy', value: '', label: 'Show' }],
}

export interface PrivacyOptions {
  settings: Pick<SettingsStore, 'all'>
  /** The model that composes answers; absent when none is configured. */
  model?: string
}

/** What becomes of what people write, for everyone to read. */
export const createPrivacy = ({ settings: store, model }: PrivacyOptions): Feature => {
  const open = async (tenantId: string): Promise<Outcome> => {
    const settings = await readSettings(store, tenantId)
    const card = (id: string, title: string, text: string): Card => ({ id, title, text, buttons: [] })
    return {
      show: 'panel',
      panel: {
        title: 'Your data',
        cards: [
          card('leaves', 'What leaves for the model provider', disclosureText(settings, model)),
          card('kept', 'What is kept, and for how long', keptText(settings)),
          card(
            'yours',
            'What you can do',
            'Delete any of your answers on the home screen. An admin can change these settings; whoever runs Cairn can hand you everything that is stored about you, and erase it.',
          ),
        ],
      },
    }
  }
  return {
    cards: async () => [ENTRY],
    actions: { privacy: ({ tenantId }) => open(tenantId) },
    subcommands: [
      {
        name: 'privacy',
        arguments: '',
        description: 'what leaves for the model provider, and how long things are kept',
        run: ({ tenantId }) => open(tenantId),
      },
    ],
  }
}
