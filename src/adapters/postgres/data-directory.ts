import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import { codeOf, toDirectoryError } from './errors.ts'

/** Result codes of SQLite; the lower byte is the code, the rest its variant. */
const SQLITE = { busy: 5, readOnly: 8, full: 13, cannotOpen: 14, notADatabase: 26 }

interface Holder {
  pid: number
  host: string
  since: string
}

export interface DataDirectoryLock {
  release(): void
}

/** Not the `recursive` of Node, which never returns where a directory cannot be made though its parent exists. */
const makeDirectory = (directory: string): void => {
  if (existsSync(directory)) return
  makeDirectory(dirname(directory))
  try {
    mkdirSync(directory)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

const resultCode = (error: unknown): number =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : 0

const readHolder = (file: string): Holder | undefined => {
  try {
    const { pid, host, since } = JSON.parse(readFileSync(file, 'utf8'))
    return Number.isInteger(pid) && typeof host === 'string' && !Number.isNaN(Date.parse(since))
      ? { pid, host, since }
      : undefined
  } catch {
    return undefined
  }
}

const isAlive = ({ pid, host }: Holder): boolean => {
  if (host !== hostname()) return true
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** The holder, once the process that has just won the lock had the time to write its name. */
const findHolder = async (file: string): Promise<Holder | undefined> => {
  for (let attempt = 0; attempt < 10; attempt++) {
    const holder = readHolder(file)
    if (holder && isAlive(holder)) return holder
    await sleep(20)
  }
  return undefined
}

const describeHolder = (holder: Holder | undefined): string => {
  if (!holder) return 'another process'
  const host = holder.host === hostname() ? '' : ` on ${holder.host}`
  return `process ${holder.pid}${host} since ${holder.since.slice(0, 16).replace('T', ' ')} UTC`
}

const refusal = (error: unknown, directory: string): unknown => {
  switch (resultCode(error)) {
    case SQLITE.readOnly:
    case SQLITE.cannotOpen:
      return toDirectoryError(
        Object.assign(new Error('lock file', { cause: error }), { code: 'EACCES' }),
        directory,
      )
    case SQLITE.full:
      return toDirectoryError(
        Object.assign(new Error('lock file', { cause: error }), { code: 'ENOSPC' }),
        directory,
      )
    case SQLITE.notADatabase:
      return new AppError(
        'store_incompatible',
        `The lock file ${join(directory, 'lock.sqlite')} is damaged; when no Cairn is running, delete it.`,
        { cause: error },
      )
    default:
      return toDirectoryError(error, directory)
  }
}

/**
 * Takes the embedded data directory for this process, making it when it is absent. The operating system holds the
 * lock and frees it when the process ends in any way, so a lock is never stale.
 * @throws AppError `store_locked` naming the process that holds it, `bad_config` when it cannot be written to,
 * `disk_full`.
 */
export const lockDataDirectory = async (directory: string): Promise<DataDirectoryLock> => {
  const holderFile = join(directory, 'holder.json')
  let lock: DatabaseSync | undefined
  try {
    makeDirectory(directory)
    lock = new DatabaseSync(join(directory, 'lock.sqlite'), { timeout: 0 })
    // Not `begin exclusive`: there every starter first shares the file, so that two of them can refuse each other.
    lock.exec('begin immediate')
    const holder: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() }
    writeFileSync(holderFile, JSON.stringify(holder))
  } catch (error) {
    lock?.close()
    if (resultCode(error) !== SQLITE.busy) throw refusal(error, directory)
    throw new AppError(
      'store_locked',
      `The data directory ${directory} is in use by ${describeHolder(await findHolder(holderFile))}; stop that process, set CAIRN_DATA_DIR to another directory, or set DATABASE_URL to share a server.`,
      { cause: error },
    )
  }
  return {
    release: () => {
      if (!lock?.isOpen) return
      rmSync(holderFile, { force: true })
      lock.close()
    },
  }
}
