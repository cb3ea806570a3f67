import { ClearStateStore, InvalidStateError, type StateStore } from '@slack/oauth'

/** Time in which somebody may decide. */
const GOOD_FOR_S = 600

/** What proves that whoever comes back from Slack is who set out: signed, good for ten minutes, and for once. */
export const createInstallState = (secret: string): StateStore => {
  const signed = new ClearStateStore(secret, GOOD_FOR_S)
  const used = new Map<string, number>()
  return {
    generateStateParam: (options, now) => signed.generateStateParam(options, now),
    verifyStateParam: async (now, state) => {
      const options = await signed.verifyStateParam(now, state)
      for (const [old, at] of used) if (now.getTime() - at > GOOD_FOR_S * 1_000) used.delete(old)
      if (used.has(state)) throw new InvalidStateError('The state was used before')
      used.set(state, now.getTime())
      return options
    },
  }
}
