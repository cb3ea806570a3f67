import type { Playbook } from '../playbook/playbook.ts'
import type { ThreadStore } from '../ports/thread-store.ts'
import { createAdminsOnly } from './admins.ts'
import { createAnswers } from './answers.ts'
import { createAsk } from './ask.ts'
import { type ChannelsOptions, createChannels } from './channels.ts'
import { createDocuments, type DocumentsOptions } from './documents.ts'
import { createFeedback, type FeedbackOptions } from './feedback.ts'
import { createPassage } from './passage.ts'
import { createPrivacy } from './privacy.ts'
import { createRoles, type RolesOptions } from './roles.ts'
import type { Feature } from './screens.ts'
import { createSettings, type SettingsOptions } from './settings.ts'
import { createSetup, type SetupOptions, setupSteps } from './setup.ts'
import { createShare, type ShareOptions } from './share.ts'
import { createStage } from './stage.ts'

type Needed = SetupOptions &
  FeedbackOptions &
  ShareOptions &
  DocumentsOptions &
  ChannelsOptions &
  RolesOptions &
  SettingsOptions

/** Everything that the features below need between them. */
export interface OwnFeaturesOptions extends Omit<Needed, 'adminsOnly' | 'threads'> {
  playbook: Playbook
  threads: Pick<ThreadStore, 'turn' | 'retire' | 'recentTurns'>
}

/** What Cairn can do for people beside the conversation, in the order of the home screen. */
export const ownFeatures = (options: OwnFeaturesOptions): Feature[] => {
  const { threads, channels, people, playbook } = options
  const all = { ...options, adminsOnly: createAdminsOnly(people) }
  return [
    createSetup(setupSteps(all)),
    createAnswers(threads),
    createAsk(channels),
    createStage(playbook),
    createFeedback(all),
    createPassage(all),
    createShare(all),
    createDocuments(all),
    createChannels(all),
    createRoles(all),
    createSettings(all),
    createPrivacy(all),
  ]
}
