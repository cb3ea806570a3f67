import type { Settings } from '../org/settings.ts'
import type { UsageStore } from '../ports/usage-store.ts'

/** Whether a turn may use the model, and for what. */
export interface Allowance {
  /** Said to the person as a caveat when the model is not used though there is one; empty when it is just switched off. */
  refusal?: string
  mayShareDocuments: boolean
}
export type Allow = (tenantId: string, personId: string | undefined) => Promise<Allowance>

const SPENT =
  "Today's budget for the language model is used up, so this answer is made of the passages alone; an admin can raise it."
const TOO_MANY =
  'You have asked a lot within the hour, so this answer is made of the passages alone; the language model is back for you soon.'

/** Makes the check of an organization's settings and budgets. Turns at the same time may each still pass. */
export const createAllowance =
  (
    settingsOf: (tenantId: string) => Promise<Settings>,
    usage: Pick<UsageStore, 'spentToday' | 'answersWithinHour'>,
  ): Allow =>
  async (tenantId, personId) => {
    const settings = await settingsOf(tenantId)
    const mayShareDocuments = settings['model.share_documents']
    const refuse = (refusal: string): Allowance => ({ refusal, mayShareDocuments })
    const budget = settings['budget.usd_per_day']
    if (!settings['model.enabled'] || budget === 0) return refuse('')
    if ((await usage.spentToday(tenantId)) >= budget) return refuse(SPENT)
    const most = settings['budget.answers_per_person_per_hour']
    if (personId !== undefined && (await usage.answersWithinHour(tenantId, personId)) >= most)
      return refuse(TOO_MANY)
    return { mayShareDocuments }
  }
