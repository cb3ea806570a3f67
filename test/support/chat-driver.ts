import type { App } from '../../src/app.ts'
import type { Platform } from '../../src/conversation/message.ts'

/** The people of every platform's organization. All are members at first; Gus is a guest. */
export const PEOPLE = {
  ana: { name: 'Ana Adams', isAdmin: true },
  ben: { name: 'Ben Brown' },
  cleo: { name: 'Cleo Clark' },
  gus: { name: 'Gus Guest', isGuest: true },
} as const
export type PersonName = keyof typeof PEOPLE

/** Its channels. Cairn was added to all of them but `elsewhere`. */
export const CHANNELS = {
  engineering: { members: ['ana', 'ben', 'cleo'] },
  product: { members: ['ana', 'ben', 'cleo'] },
  design: { members: ['ana', 'ben', 'cleo'] },
  leads: { members: ['ana', 'cleo'], isPrivate: true },
  lobby: { members: ['ana', 'ben', 'gus'] },
  elsewhere: { members: ['ana', 'ben'] },
} as const satisfies Record<string, { members: readonly PersonName[]; isPrivate?: boolean }>
export type ChannelName = keyof typeof CHANNELS

/** Where messages stand together: a thread of a conversation or, when none is named, what is in no thread. */
export interface Spot {
  conversation: string
  thread?: string
  /** Only what comes after this moment is meant, by the clock of the test. */
  after?: number
}

/** Something that a person wrote; as a spot, its thread from then on. */
export interface Written extends Spot {
  id: string
  /** The thread as Cairn's store knows it. */
  threadId: string
  /** Whether Cairn took the delivery in. */
  isTaken: boolean
  /** Delivers the same once more. */
  again(): Promise<void>
}

/** Rows of a table as they are read, the headings first. */
export interface ShownTable {
  caption: string
  rows: string[][]
}

/** A chart that the platform draws itself. */
export interface ShownChart {
  title: string
  categories: string[]
  series: Record<string, number[]>
}

/** A message of Cairn's as someone sees it. */
export interface Shown extends Spot {
  id: string
  /** What it says, in plain words. */
  text: string
  /** The labels of its sources. */
  sources: string[]
  caveats: string[]
  /** What else stands under it in small letters. */
  smallPrint: string
  /** The steps of the work that were shown. */
  steps: string[]
  /** The labels of everything that this person can press. */
  buttons: string[]
  table?: ShownTable
  chart?: ShownChart
  /** The names of files that are attached. */
  files: string[]
  /** Nobody but this person sees it. */
  isPrivate: boolean
  /** Nothing more will be written into it. */
  isFinal: boolean
}

/** A field of a form as it is filled in. */
export interface ShownField {
  label: string
  /** What can be chosen, by the values; absent for what is typed. */
  options?: string[]
  value: string
}

/** A screen beside the conversation as someone sees it: the home screen, or a dialog. */
export interface Screen {
  title: string
  /** Everything that it says, in plain words. */
  text: string
  buttons: string[]
  /** By their names. */
  fields: Record<string, ShownField>
  /** What is said to be wrong, by the names of the fields. */
  errors: Record<string, string>
}

export interface UploadedBytes {
  name: string
  bytes: Uint8Array
}
/** What is filled into a form, by the names of its fields. */
export type Filling = Record<string, string | boolean | UploadedBytes>

export interface Where {
  channel?: ChannelName
  /** The thread in which it is written. */
  thread?: Spot
}

/** What is waited for: a title or the beginning of a text, a pattern, or whatever else can be said of it. */
export type Wanted<T> = string | RegExp | ((seen: T) => boolean)

/** Someone who uses the platform. */
export interface ChatPerson {
  /** By what a form names them. */
  id: string
  /** Writes to Cairn where others read, by its name; in the first channel when no other is named. */
  mentions(text: string, where?: Where): Promise<Written>
  /** Writes there without naming Cairn. */
  says(text: string, where?: Where): Promise<Written>
  /** Writes there to another person by name. */
  tells(whom: PersonName, text: string, where?: Where): Promise<Written>
  /** Writes to Cairn alone. */
  directs(text: string, thread?: Spot): Promise<Written>
  /** Somebody who is not the platform sends a mention in this person's name. */
  isForged(text: string): Promise<Written>
  edits(written: Written, text: string): Promise<void>
  deletes(written: Written): Promise<void>
  /** Opens the conversation with Cairn alone; gives the questions that are suggested there. */
  opensConversation(): Promise<string[]>
  /** Looks at a channel beside that conversation. */
  looksAt(channel: ChannelName): Promise<void>
  /** The conversation with Cairn alone. */
  withCairn(): Promise<Spot>
  /** The conversation with one other person, in which Cairn is not. */
  withPerson(name: PersonName): Promise<Spot>
  /** Everything of Cairn's that this person sees there, the oldest first. */
  sees(spot: Spot): Promise<Shown[]>
  /** Waits for the newest finished message there that is as wished; a pattern is one of its text. */
  reads(spot: Spot, wanted?: Wanted<Shown>): Promise<Shown>
  /** Presses what has this label. */
  presses(label: string, on: Shown | Screen): Promise<void>
  /** Waits for the topmost dialog to be as wished; a pattern is one of its title. */
  dialog(wanted?: Wanted<Screen>): Promise<Screen>
  /** Hands a form in; what is not named stays as it is. */
  fillsIn(form: Screen, filling?: Filling): Promise<void>
  hasDialog(): boolean
  opensHome(): Promise<Screen>
  /** Waits for the home screen to be as wished; a pattern is one of its text. */
  home(wanted: Wanted<Screen>): Promise<Screen>
  /** Types Cairn's command; gives where its answers are seen. */
  commands(text: string, where?: ChannelName | Spot): Promise<Spot>
  /** Chooses "Ask Cairn about this" on somebody's message. */
  asksAbout(written: Written): Promise<void>
}

/** What not every platform can do. */
export const CAPABILITIES = [
  'hears what does not name it',
  'hears of edits',
  'hears of deletions',
  'commands',
  'message actions',
  'home screen',
  'shows something to one person among others',
  'draws charts',
  'suggests questions',
  'tells what people look at',
] as const
export type Capability = (typeof CAPABILITIES)[number]

/** The whole of Cairn on a platform. */
export interface Chat {
  app: App
  platform: Platform
  tenantId: string
  person(name: PersonName): ChatPerson
  /** What stands in a channel outside of threads. */
  channel(name: ChannelName): Spot
  /** A thread in a channel that this person alone sees. */
  aloneIn(channel: ChannelName, name: PersonName): Written
  /** Somebody is added to a channel. */
  joins(name: PersonName, channel: ChannelName): Promise<void>
  /** Waits until nothing is left to be answered or posted. */
  settled(): Promise<void>
  /** Everything by which anyone could have noticed Cairn there, also what was taken back. */
  traces(spot: Spot): string[]
  /** Hands a message of Cairn's own back to it, as the platform does. */
  echoes(shown: Shown): Promise<void>
  /** Another bot writes to Cairn by its name. */
  botMentions(text: string, where?: Where): Promise<Written>
  /** What the platform refused, and what operators were warned of, since this was last asked. */
  troubles(): string[]
  /** An admin of the platform removes Cairn; nothing of it is taken from then on. */
  isRemoved(): Promise<void>
  /** Ends Cairn and starts it again on the same store. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface ChatDriver {
  platform: string
  /** What the platform lacks, and why. Stories that need it are left out there. */
  gaps: Partial<Record<Capability, string>>
  start(): Promise<Chat>
}
