import type { WebClient } from '@slack/web-api'
import { remove } from './complete.ts'
import { refusalOf } from './errors.ts'
import type { Place } from './thread-id.ts'

/** Refusals that tell that a file is gone already. */
const GONE = new Set(['file_not_found', 'file_deleted'])
const FILE_ID = /^F[A-Z0-9]+$/

/** Takes back what was posted, by what its receipt says: a message, one in another channel, or a file. */
export const takeAway = async (client: WebClient, place: Place, receipt: string): Promise<void> => {
  const [channel, ts] = receipt.includes('/') ? receipt.split('/') : [place.channelId, receipt]
  // What one person alone was shown among others stands in their client only.
  const isOutOfReach = place.privateTo !== undefined && channel === place.channelId && !FILE_ID.test(receipt)
  if (isOutOfReach) return
  if (!FILE_ID.test(receipt)) return remove(client, channel as string, ts as string)
  await client.files.delete({ file: receipt }).catch((error: unknown) => {
    if (!GONE.has(refusalOf(error) ?? '')) throw error
  })
}
