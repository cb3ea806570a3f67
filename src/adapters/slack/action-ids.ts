/** What can be pressed under a reply. Buttons of cards and notices have their own action's name. */
export const ACTIONS = {
  /** Shows the passage behind a mark; the value is `turnId:n`. */
  openPassage: 'open_passage',
  /** Asks a further question; the value is the question. */
  choose: 'choose',
  /** Shows a private answer to the channel; the value is the turn's id. */
  share: 'share',
  /** The value is `up:turnId` or `down:turnId`. */
  feedback: 'feedback',
  /** Takes the answer back; the value is the turn's id. */
  deleteAnswer: 'delete_answer',
} as const

/** The id of what is pressed: its action, and its place where there are several, since an id may stand once only. */
export const actionId = (action: string, place?: number): string =>
  place === undefined ? action : `${action}:${place}`

/** The action that an id names. */
export const actionOf = (id: string): string => id.replace(/:\d+$/, '')
