import { RespondError } from '@slack/bolt'
import type { AnyBlock } from '@slack/types'

/** Answers a command in its own place; lives for half an hour. */
export type Respond = (message: { text: string; blocks: AnyBlock[] }) => Promise<void>

/** False when it is not taken there: the address of a command is good for five messages, in half an hour. */
export const takes = async (respond: Respond, message: Parameters<Respond>[0]): Promise<boolean> => {
  try {
    await respond(message)
    return true
  } catch (error) {
    if (error instanceof RespondError) return false
    throw error
  }
}
