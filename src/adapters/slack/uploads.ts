import type { WebClient } from '@slack/web-api'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { UploadedFile } from '../../screens/screens.ts'

const MEGABYTE = 1_048_576
/** As much as is read of any document. */
const LARGEST = 50 * MEGABYTE

const fileSchema = z.object({
  name: z.string(),
  size: z.number().optional(),
  url_private_download: z.string().optional(),
  url_private: z.string().optional(),
})

const tooLarge = (name: string) =>
  new AppError(
    'bad_input',
    `${name} is larger than ${LARGEST / MEGABYTE} MB; split it, or add it with: npx cairn ingest`,
  )

/** The token is for Slack alone, wherever a file's address points. */
const mayHaveToken = (url: URL, apiUrl: string): boolean =>
  url.origin === new URL(apiUrl).origin ||
  (url.protocol === 'https:' && (url.hostname === 'slack.com' || url.hostname.endsWith('.slack.com')))

/** Fetches a file that came with a form. @throws AppError `bad_input` when it is too large or cannot be fetched. */
export const fetchUpload = async (client: WebClient, fileId: string): Promise<UploadedFile> => {
  const file = fileSchema.parse((await client.files.info({ file: fileId })).file)
  const { name, size = 0 } = file
  const address = file.url_private_download ?? file.url_private
  if (size > LARGEST) throw tooLarge(name)
  const url = address === undefined ? undefined : new URL(address)
  if (!url || !mayHaveToken(url, client.slackApiUrl))
    throw new AppError(
      'bad_input',
      `${name} has no address at Slack from which it could be read; upload it again.`,
    )
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${client.token}` },
    redirect: 'error',
  })
  if (!response.ok)
    throw new AppError(
      'bad_input',
      `Slack did not hand over ${name} (HTTP ${response.status}); upload it again.`,
    )
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (bytes.length > LARGEST) throw tooLarge(name)
  return { name, bytes }
}
