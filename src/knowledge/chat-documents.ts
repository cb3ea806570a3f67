import { cleanText } from '../conversation/clean-text.ts'
import type { Audience } from '../conversation/people.ts'
import { AppError } from '../errors.ts'
import { type BytesService, type IngestResult, ingestBytes, orFailure } from './ingest.ts'

/** Folders in front of a file's name, which some devices send along. */
const FOLDERS = /^.*[\\/]/s
/** Characters of a name that are kept, from its end, where the format stands. */
const LONGEST_NAME = 200

/** The name of a file from a chat as it is kept and shown. */
const chatFileName = (given: string): string =>
  cleanText(given).replaceAll('\n', ' ').replace(FOLDERS, '').slice(-LONGEST_NAME).toWellFormed()

/** The document that a file from a chat is: the same name again replaces it. */
export const chatDocumentId = (given: string): string => `chat:${chatFileName(given)}`

/** Adds a file that came from a chat, or brings it up to date; a file that cannot be read is a failed outcome. */
export const ingestFromChat = (
  service: BytesService,
  given: string,
  bytes: Uint8Array,
  audience: Audience,
): Promise<IngestResult> => {
  const path = chatFileName(given)
  const id = chatDocumentId(given)
  return orFailure(path, async () => {
    if (path === '') throw new AppError('bad_input', 'it has no name; give it one that ends in its format')
    const before = (await service.store.documents(service.tenantId)).find((document) => document.id === id)
    return ingestBytes(service, { id, path, bytes }, before, audience)
  })
}
