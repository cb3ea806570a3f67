import type { Outcome } from './screens.ts'

/** Something that is told to the actor alone. */
export const note = (text: string): Outcome => ({ show: 'note', text })

/** Something that changed, told to the actor alone; the home screen shows it from now on. */
export const changed = (text: string): Outcome => ({ show: 'home', note: text })
