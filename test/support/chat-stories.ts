import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Capability, Chat, ChatDriver } from './chat-driver.ts'
import { slackDriver } from './slack/driver.ts'

/** Every platform that Cairn is in. */
const DRIVERS: ChatDriver[] = [slackDriver]

type Tell = (chat: Chat) => Promise<void>
type AddStory = (title: string, tell: Tell) => void

export interface Story extends AddStory {
  /** A story that not every platform can tell. */
  needing(...needed: Capability[]): AddStory
}

/**
 * Tells stories on every platform, one Cairn for all of a file. A story also fails when the platform refused something
 * during it, or operators were warned.
 */
export const onEveryPlatform = (about: string, tellAll: (story: Story) => void): void => {
  describe.each(DRIVERS)(`${about} in $platform`, ({ gaps, start }) => {
    let chat: Chat
    beforeAll(async () => {
      chat = await start()
    })
    afterAll(() => chat?.close())
    afterEach(() => expect(chat.troubles()).toEqual([]))

    const needing: Story['needing'] =
      (...needed) =>
      (title, tell) => {
        const reasons = needed.flatMap((capability) => gaps[capability] ?? [])
        if (reasons.length > 0) test.skip(`${title} (left out: ${reasons.join('; ')})`)
        else test(title, () => tell(chat))
      }
    tellAll(Object.assign(needing(), { needing }))
  })
}
