import type { Json } from './api-call.ts'
import type { Around } from './places.ts'

interface Shared extends Json {
  shares?: Record<string, Record<string, { ts: string }[]>>
}

/**
 * Uploads a person's file, and shares it where `share` says. Gives the file as Slack tells an app of it, and the
 * message in which it was shared.
 */
export const uploadFile = async (
  { emulator, proxy, user }: Around,
  filename: string,
  bytes: Uint8Array,
  share: { channel_id?: string; initial_comment?: string; thread_ts?: string } = {},
): Promise<{ file: Json; ts: string | undefined }> => {
  const { upload_url: uploadUrl, file_id: id } = await emulator.must<{ upload_url: string; file_id: string }>(
    'files.getUploadURLExternal',
    { filename, length: bytes.length },
    user.token,
  )
  await emulator.request(new URL(uploadUrl).pathname, { method: 'POST', body: new Uint8Array(bytes) })
  const args = { files: [{ id, title: filename }], ...share }
  const done = await emulator.must<{ files: Shared[] }>('files.completeUploadExternal', args, user.token)
  const shares = Object.values(done.files[0]?.shares ?? {}).flatMap((by) => by[share.channel_id ?? ''] ?? [])
  // The app fetches what it is told of through the proxy.
  const told = JSON.stringify(done.files[0]).replaceAll(emulator.url, proxy.url)
  return { file: JSON.parse(told) as Json, ts: shares.at(-1)?.ts }
}
