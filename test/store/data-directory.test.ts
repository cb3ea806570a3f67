import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lockDataDirectory } from '../../src/adapters/postgres/data-directory.ts'
import { type StoreProcess, startStoreProcess } from '../support/child-process.ts'

describe('the lock of the data directory', () => {
  let directory: string
  const started: StoreProcess[] = []
  const start = (action: 'lock' | 'open' = 'lock') => {
    const child = startStoreProcess(action, directory)
    started.push(child)
    return child
  }
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'cairn-lock-'))
  })
  afterEach(async () => {
    await Promise.all(started.splice(0).map((child) => child.kill()))
    rmSync(directory, { recursive: true, force: true })
  })

  test('refuses a second process and names the first', async () => {
    const first = start()
    await first.printed(1)
    await expect(lockDataDirectory(directory)).rejects.toMatchObject({
      code: 'store_locked',
      message: expect.stringMatching(
        new RegExp(
          `^The data directory ${directory} is in use by process ${first.pid} since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC; stop that process, .*\\.$`,
        ),
      ),
    })
  })

  test('refuses a second holder in the same process, until the first lets go', async () => {
    const lock = await lockDataDirectory(directory)
    await expect(lockDataDirectory(directory)).rejects.toMatchObject({ code: 'store_locked' })
    expect(await start().printed(1)).toEqual([
      expect.stringContaining(
        `store_locked The data directory ${directory} is in use by process ${process.pid}`,
      ),
    ])
    lock.release()
    lock.release()
    const next = start()
    expect(await next.printed(1)).toEqual(['locked'])
  })

  test('is free at once after kill -9, and what the dead one left names nobody', async () => {
    const first = start()
    await first.printed(1)
    await first.kill()
    const second = start()
    expect(await second.printed(1)).toEqual(['locked'])
    await expect(lockDataDirectory(directory)).rejects.toMatchObject({
      message: expect.stringContaining(`process ${second.pid} `),
    })
  })

  test('goes to exactly one of several starters', async () => {
    for (let round = 0; round < 3; round++) {
      const starters = Array.from({ length: 6 }, () => start())
      const lines = (await Promise.all(starters.map((child) => child.printed(1)))).map(([line]) => line ?? '')
      const winner = starters[lines.indexOf('locked')]
      expect(lines.filter((line) => line === 'locked')).toHaveLength(1)
      const refusals = lines.filter((line) => line !== 'locked')
      for (const refusal of refusals)
        expect(refusal).toContain(
          `store_locked The data directory ${directory} is in use by process ${winner?.pid} `,
        )
      await Promise.all(starters.map((child) => child.kill()))
    }
  })

  test('makes the directory, with its parents', async () => {
    const lock = await lockDataDirectory(join(directory, 'a', 'b'))
    lock.release()
  })

  test('a place that cannot hold a directory is said in one sentence', async () => {
    const file = join(directory, 'file')
    writeFileSync(file, '')
    for (const place of [file, join(file, 'below'), '/proc/cairn']) {
      await expect(lockDataDirectory(place)).rejects.toMatchObject({
        code: 'bad_config',
        message: expect.stringMatching(
          /^The data directory .* cannot be written to \(E\w+\); .* CAIRN_DATA_DIR .*\.$/,
        ),
        cause: expect.anything(),
      })
    }
  })

  test('a lock file that is something else is named', async () => {
    writeFileSync(
      join(directory, 'lock.sqlite'),
      'not a database, but long enough to be read as the header of one'.repeat(20),
    )
    await expect(lockDataDirectory(directory)).rejects.toMatchObject({
      code: 'store_incompatible',
      message: expect.stringContaining('lock.sqlite'),
    })
  })

  test('holder information that is damaged does no harm', async () => {
    const lock = await lockDataDirectory(directory)
    for (const content of ['', '{', '[]', 'null', '{"pid":"1"}']) {
      writeFileSync(join(directory, 'holder.json'), content)
      await expect(lockDataDirectory(directory)).rejects.toMatchObject({
        message: expect.stringContaining('in use by another process;'),
      })
    }
    lock.release()
  })
})
