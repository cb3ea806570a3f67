import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { BackupFile, BackupHeader, BackupRow } from '../../ports/backup-file.ts'

const FORMAT = 1

/** The first line of a backup. */
const headerSchema = z.object({
  cairn: z.literal(FORMAT),
  madeAt: z.iso.datetime(),
  migrations: z.array(z.string()),
  embeddingModel: z.string().nullable(),
  tenants: z.array(z.object({ tenantId: z.string(), name: z.string() })),
})

const rowSchema = z.object({
  tenantId: z.string(),
  table: z.string(),
  row: z.record(z.string(), z.unknown()),
})

const damaged = (path: string, cause?: unknown) =>
  new AppError(
    'bad_input',
    `${path} is no backup of Cairn, or it is cut short or damaged; use another copy.`,
    { cause },
  )

const write = async (path: string, header: BackupHeader, rows: AsyncIterable<BackupRow>): Promise<number> => {
  let count = 0
  const lines = async function* () {
    yield `${JSON.stringify({ cairn: FORMAT, ...header })}\n`
    for await (const row of rows) {
      count++
      yield `${JSON.stringify(row)}\n`
    }
    yield `${JSON.stringify({ rows: count })}\n`
  }
  const unfinished = `${path}.unfinished`
  try {
    await pipeline(Readable.from(lines()), createGzip(), createWriteStream(unfinished, { mode: 0o600 }))
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
  return count
}

const readLines = async function* (path: string): AsyncGenerator<unknown> {
  const text = createReadStream(path).on('error', (error) => unpacked.destroy(error))
  const unpacked = createGunzip()
  try {
    for await (const line of createInterface({ input: text.pipe(unpacked) })) yield JSON.parse(line)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      throw new AppError(
        'not_found',
        `There is no file ${path}; name a backup that "npx cairn backup" wrote.`,
        { cause },
      )
    throw damaged(path, cause)
  }
}

/** Backups as compressed JSON lines: a header, the rows, and their number, by which a file cut short is told. */
export const backupFile: BackupFile = {
  write,

  header: async (path) => {
    let header: z.infer<typeof headerSchema> | undefined
    let count = -1
    let end: unknown
    for await (const line of readLines(path)) {
      header ??= headerSchema.safeParse(line).data
      if (!header) throw damaged(path)
      count++
      end = line
    }
    const stated = z.object({ rows: z.number() }).safeParse(end).data?.rows
    if (!header || stated !== count - 1) throw damaged(path)
    const { cairn: _, ...rest } = header
    return rest
  },

  async *rows(path, tenantId) {
    for await (const line of readLines(path)) {
      const row = rowSchema.safeParse(line).data
      if (row?.tenantId === tenantId) yield row
    }
  },
}
