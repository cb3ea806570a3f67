import type { Button, Card, Form, Panel } from '../conversation/card.ts'
import type { Platform } from '../conversation/message.ts'
import type { Room } from '../conversation/people.ts'
import type { Reply } from '../conversation/reply.ts'
import type { Person } from '../ports/people-store.ts'

/** Someone who uses a screen, and where. */
export interface Actor {
  tenantId: string
  person: Person
  platform: Platform
  /** The person's id on the platform. */
  userId: string
  /** The conversation in which it happens, or from which a form was opened; absent on a home screen. */
  conversationId?: string
  /** The conversation that the person looks at beside it, where the platform tells. */
  lookingAt?: string
  /** Who reads along there. On the home screen of a guest of the organization: outsiders. */
  room: Room
}

/** A file that came with a form. */
export interface UploadedFile {
  name: string
  bytes: Uint8Array
}

/** What was filled in, by the names of the fields. What was left empty is absent. */
export interface Filled {
  values: Record<string, string>
  files: UploadedFile[]
}

/** What is to happen on the screen; the channel does it. Everything but an `ask` is for the actor alone. */
export type Outcome =
  | { show: 'form'; form: Form }
  | { show: 'panel'; panel: Panel }
  | { show: 'reply'; reply: Reply }
  | { show: 'note'; text: string; buttons?: Button[] }
  /** What is wrong with single fields; the form stays open with what was filled in. */
  | { show: 'errors'; errors: Record<string, string> }
  /** Something changed: the home screen is drawn anew, and the note is told where the person is. */
  | { show: 'home'; note: string }
  /** Nothing is left to say. */
  | { show: 'nothing' }
  | Ask

/** A question that is to be asked in the person's name. */
export interface Ask {
  show: 'ask'
  question: string
  /**
   * `private`: answered to the actor alone. `thread`: where the button or the message stood, privately where there is
   * none. `channel`: for all of a conversation.
   */
  where: 'private' | 'thread' | 'channel'
  /** For `channel`: which one, when it is not the actor's own. */
  conversationId?: string
  /** The turn whose answer is shown there instead of a new one. */
  sharesTurnId?: string
}

export type Action = (actor: Actor, value: string) => Promise<Outcome>
export type Submission = (actor: Actor, value: string, filled: Filled) => Promise<Outcome>

/** Something that is typed behind the command's name. */
export interface Subcommand {
  name: string
  /** What is typed after the name, such as `<question>`; empty when nothing is. */
  arguments: string
  description: string
  run(actor: Actor, rest: string): Promise<Outcome>
}

/** What one capability adds to the screens. */
export interface Feature {
  /** Its cards on the home screen of this person, in order; none when it has nothing to show them. */
  cards?(actor: Actor): Promise<Card[]>
  actions?: Record<string, Action>
  submissions?: Record<string, Submission>
  subcommands?: Subcommand[]
}

/**
 * Everything that people can see and press beside the conversation, whatever shows it. What a person can put right
 * comes back as a note; anything else is thrown.
 */
export interface Screens {
  home(actor: Actor): Promise<Card[]>
  /** An action that does not exist any more is a note. */
  act(action: string, actor: Actor, value: string): Promise<Outcome>
  submit(action: string, actor: Actor, value: string, filled: Filled): Promise<Outcome>
  /** What was typed behind the command's name; nothing shows the help. */
  command(actor: Actor, text: string): Promise<Outcome>
  subcommands: readonly Subcommand[]
}
