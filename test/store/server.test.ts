import { describe, expect, test } from 'vitest'
import { toStoreError } from '../../src/adapters/postgres/errors.ts'
import { openDatabase } from '../../src/adapters/postgres/pool.ts'
import { assertUsable } from '../../src/adapters/postgres/server.ts'
import { AppError } from '../../src/errors.ts'
import { startRefusingServer } from '../support/refusing-server.ts'
import { onServer, TEST_DATABASE_URL } from '../support/test-database.ts'

const open = (databaseUrl: string) => openDatabase({ databaseUrl, dataDir: '' })

/** What every such message has in common: one sentence, no password, and the reason only as the cause. */
const expectRefusal = async (url: string, code: string, message: RegExp) => {
  const error = await open(url).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(AppError)
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
  expect((error as AppError).message).not.toMatch(/s3cret|\n|refused on purpose|\. /)
}

describe('a server that cannot be used is refused in one sentence', () => {
  test('nobody listens', async () => {
    await expectRefusal(
      'postgresql://someone:s3cret@127.0.0.1:1/cairn',
      'store_unreachable',
      /^The database cairn at 127\.0\.0\.1:1 does not answer \(ECONNREFUSED\); .*DATABASE_URL\.$/,
    )
  })

  test('the host has no address', async () => {
    await expectRefusal(
      'postgresql://someone:s3cret@no-such-host.invalid/cairn',
      'store_unreachable',
      /at no-such-host\.invalid:5432 does not answer/,
    )
  })

  test('the URL cannot be read', async () => {
    await expectRefusal(
      'postgresql://someone:s3cret@127.0.0.1:port/cairn',
      'bad_config',
      /^DATABASE_URL cannot be read; expected postgresql:/,
    )
  })

  test.each([
    ['28P01', 'bad_config', /refused the user or the password/],
    ['28000', 'bad_config', /refused the user or the password/],
    ['3D000', 'bad_config', /^The database cairn at .* does not exist; create it/],
    ['53300', 'store_unreachable', /does not answer \(53300\)/],
    ['57P03', 'store_unreachable', /does not answer \(57P03\)/],
    ['53100', 'disk_full', /^The disk that holds the database cairn at .* is full/],
  ])('it answers %s', async (sqlState, code, message) => {
    const server = await startRefusingServer(sqlState)
    try {
      await expectRefusal(server.url, code, message)
    } finally {
      server.close()
    }
  })

  test.each([
    [
      { version: 160_004, installed: null, available: '0.8.0' },
      /needs PostgreSQL 17 or newer and the store runs 16; upgrade/,
    ],
    [
      { version: 170_011, installed: null, available: null },
      /needs pgvector .* postgresql-17-pgvector .*\/pgvector:pg17\.$/,
    ],
    [
      { version: 170_011, installed: '0.6.2', available: '0.8.0' },
      /needs pgvector 0\.7 or newer and the store has 0\.6\.2; .*"alter extension vector update"\.$/,
    ],
  ])('%o', (facts, message) => {
    expect(() => assertUsable(facts, 'the store')).toThrow(
      expect.objectContaining({ code: 'store_incompatible', message: expect.stringMatching(message) }),
    )
  })

  test.each([
    { version: 170_000, installed: '0.7.0', available: '0.8.0' },
    { version: 180_006, installed: null, available: '0.10.1' },
  ])('%o is good enough', (facts) => {
    expect(() => assertUsable(facts, 'the store')).not.toThrow()
  })
})

describe('errors on the way', () => {
  test('are translated by their code, and others come back as they are', () => {
    const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code })
    expect(toStoreError(coded('ENOSPC'))).toMatchObject({ code: 'disk_full' })
    expect(toStoreError(new Error('could not extend file: No space left on device'))).toMatchObject({
      code: 'disk_full',
    })
    expect(toStoreError(coded('57P01'))).toMatchObject({ code: 'store_unreachable' })
    expect(toStoreError(new Error('Connection terminated unexpectedly'))).toMatchObject({
      code: 'store_unreachable',
    })
    expect(toStoreError(new AggregateError([coded('ECONNREFUSED')]))).toMatchObject({
      code: 'store_unreachable',
    })
    expect(toStoreError(coded('25006'))).toMatchObject({ code: 'bad_config' })
    const other = coded('42P01')
    expect(toStoreError(other)).toBe(other)
    expect(toStoreError('a string')).toBe('a string')
  })
})

if (TEST_DATABASE_URL)
  describe('a real server', () => {
    const url = (change: (url: URL) => void) => {
      const changed = new URL(TEST_DATABASE_URL as string)
      change(changed)
      return changed.href
    }

    test('opens, and closing twice is one close', async () => {
      const database = await open(TEST_DATABASE_URL as string)
      expect(database.kind).toBe('server')
      await Promise.all([database.close(), database.close()])
    })

    test('without that database', async () => {
      await expectRefusal(
        url((to) => Object.assign(to, { pathname: '/no_such_database' })),
        'bad_config',
        /^The database no_such_database at .* does not exist/,
      )
    })

    test('survives that the server drops its connections', async () => {
      const { pool, close } = await open(url((to) => to.searchParams.set('application_name', 'dropped')))
      try {
        await Promise.all(Array.from({ length: 3 }, () => pool.query('select pg_sleep(0.05)')))
        await onServer(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name in ('dropped', 'cairn') and state = 'idle'",
        )
        await expect
          .poll(
            () =>
              pool.query('select 1 as one').then(
                ({ rows }) => rows,
                () => [],
              ),
            { timeout: 5_000 },
          )
          .toEqual([{ one: 1 }])
      } finally {
        await close()
      }
    })
  })
