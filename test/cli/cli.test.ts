import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPeopleStore } from '../../src/adapters/postgres/people-store.ts'
import { openDatabase } from '../../src/adapters/postgres/pool.ts'
import { ensureTenant } from '../../src/adapters/postgres/tenancy.ts'

const CAIRN = join(process.cwd(), 'src/cli/cairn.ts')
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cairn-cli-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Run {
  code: number | null
  out: string
  err: string
}

const start = (words: string[], env: Record<string, string> = {}): ChildProcess =>
  spawn(process.execPath, [CAIRN, ...words], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      CAIRN_DATA_DIR: join(folder, 'data'),
      NO_COLOR: '1',
      PORT: '0',
      ...env,
    } as NodeJS.ProcessEnv,
  })

const run = async (
  words: string[],
  { env = {}, input }: { env?: Record<string, string>; input?: string } = {},
): Promise<Run> => {
  const child = start(words, env)
  let [out, err] = ['', '']
  child.stdout?.on('data', (data: Buffer) => {
    out += data.toString()
  })
  child.stderr?.on('data', (data: Buffer) => {
    err += data.toString()
  })
  child.stdin?.end(input ?? '')
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}

describe('a question', () => {
  test('is answered with citations that quote their passage', async () => {
    const { code, out } = await run(['ask', '--json', 'Which milestones does phase 2 have?'])
    expect(code).toBe(0)
    const { answer, kind, citations, passages } = JSON.parse(out) as {
      answer: string
      kind: string
      citations: { n: number; quote: string }[]
      passages: { text: string }[]
    }
    expect(kind).toBe('answer')
    expect(answer).toMatch(/Month 36: \$25M ARR/)
    expect(passages).toHaveLength(10)
    for (const { quote } of citations) expect(passages.some(({ text }) => text.includes(quote))).toBe(true)
  })

  test('is printed for people with its sources', async () => {
    const { out } = await run(['ask', 'what is due in month 45?'])
    expect(out).toMatch(/Month 45/)
    expect(out).toMatch(/Sources\n\[1\] Growth phases > Phase 3/)
  })

  test.each([
    ['draft an NDA for us', 'declined'],
    ['hello', 'clarify'],
    ['what is the target deployment frequency for a small team?', 'unanswerable'],
  ])('%#: kind', async (question, kind) => {
    const { code, out } = await run(['ask', '--json', '--', question])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ kind })
  })

  test.each([
    ['', /No question was given; expected one of up to 4,000/],
    [' \n', /No question was given/],
    ['x'.repeat(100_000), /has 100,000 characters; expected up to 4,000/],
  ])('%#: nothing that can be asked', async (question, message) => {
    const { code, err } = await run(['ask', '--', question])
    expect(code).toBe(1)
    expect(err).toMatch(message)
  })

  test('a file of questions is answered line by line', async () => {
    const file = join(folder, 'batch.jsonl')
    await writeFile(
      file,
      '{"id":"a","question":"how many squads has a medium team?"}\n\n{"id":2,"question":"hi"}\n',
    )
    const { code, out } = await run(['ask', '--batch', 'batch.jsonl'])
    expect(code).toBe(0)
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; kind: string })
    expect(lines.map(({ id, kind }) => [id, kind])).toEqual([
      ['a', 'answer'],
      ['2', 'clarify'],
    ])
  })

  test('a conversation knows what it was about', async () => {
    const { out } = await run(['chat', '--json'], {
      input: 'what are the scaling triggers of stage 2?\nand for the next stage?\nexit\n',
    })
    const [first, second] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { text: string })
    expect(first?.text).toMatch(/interrupt/)
    expect(second?.text).toMatch(/squad autonomy/i)
  })
})

describe('bad input ends with one clear sentence and a code that is not 0', () => {
  test.each([
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['ask', '--batch', 'none.jsonl'], /none\.jsonl cannot be read/],
    [['eval', 'none.jsonl'], /none\.jsonl cannot be read/],
    [['stage'], /expected at least one of --developers/],
    [['stage', '--developers', 'many'], /whole number/],
    [['stage', '--arr', 'lots'], /such as 4200000/],
    [['search', 'x', '-k', '0'], /from 1 to 100/],
    [['ingest', 'nowhere.md'], /nowhere\.md/],
  ])('%j', async (words, message) => {
    const { code, err } = await run(words)
    expect(code).not.toBe(0)
    expect(err).toMatch(message)
    expect(err).not.toMatch(/\n\s+at |AppError/)
  })

  test('a batch line that is no question is named', async () => {
    await writeFile(join(folder, 'bad.jsonl'), '{"id":"a","question":"hi"}\nnot json\n')
    const { code, out, err } = await run(['ask', '--batch', 'bad.jsonl'])
    expect(code).toBe(1)
    expect(out.trim().split('\n')).toHaveLength(1)
    expect(err).toMatch(/bad\.jsonl, line 2 is not JSON/)
  })

  test.each([
    [{ DATABASE_URL: 'mysql://x' }, /DATABASE_URL: expected a URL/],
    [{ DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:1/none' }, /does not answer/],
    [{ EMBEDDINGS: 'word2vec' }, /EMBEDDINGS is "word2vec": expected use-lite/],
    [{ LOG_LEVEL: 'loud' }, /LOG_LEVEL/],
  ])('%j', async (env, message) => {
    const { code, err } = await run(['ask', 'hi'], { env: env as Record<string, string> })
    expect(code).toBe(1)
    expect(err).toMatch(message)
    expect(err).not.toMatch(/secret/)
  })
})

describe('what is stored', () => {
  test('documents have the audience that ingest names, and keep it', async () => {
    const file = join(folder, 'plan.md')
    await writeFile(file, '# Plan\n\nThe Kestrel plan opens three offices.\n')
    const ingest = async (...words: string[]) => (await run(['ingest', file, ...words])).out
    expect(await ingest('--audience', 'managers')).toMatch(/^added .*plan\.md \(1 passages, for managers\)/)
    expect(await ingest()).toMatch(/^unchanged .*for managers/)
    expect(await ingest('--audience', 'executives')).toMatch(/^reassigned .*for executives\)\n1 reassigned/)
    // Whoever runs the command owns the store.
    expect((await run(['search', 'Kestrel plan', '-k', '1'])).out).toMatch(/three offices/)
    expect((await run(['ask', 'what does the Kestrel plan open?'])).out).toMatch(/three offices/)
    const wrong = await run(['ingest', file, '--audience', 'friends'])
    expect(wrong.code).toBe(1)
    expect(wrong.err).toMatch(/Allowed choices are everyone, managers, executives/)
    expect(await ingest('--remove')).toMatch(/1 removed/)
  })

  test('roles are given, on the record, and the last admin keeps the role', async () => {
    const database = await openDatabase({ dataDir: join(folder, 'data') })
    await ensureTenant(database.db, 'local', 'local')
    const people = createPeopleStore(database.db)
    const admin = await people.meet('local', { platform: 'web', userId: 'U1', name: 'Ada' }, true)
    const member = await people.meet('local', { platform: 'web', userId: 'U2', name: 'Ben' })
    await database.close()
    expect((await run(['data', 'role', member.personId, 'manager'])).out).toBe(
      `${member.personId} is manager now.\n`,
    )
    expect((await run(['data', 'people'])).out).toMatch(/admin +Ada\n.*manager +Ben/)
    expect((await run(['data', 'audit', '--most', '1'])).out).toContain(
      `role.changed            ${member.personId}`,
    )
    const last = await run(['data', 'role', admin.personId, 'member'])
    expect(last.code).toBe(1)
    expect(last.err).toMatch(/No admin would be left; make someone else an admin first/)
  })

  test('is backed up, deleted and restored', async () => {
    const file = join(folder, 'salaries.md')
    await writeFile(file, '# Pay\n\nA senior engineer earns 140K a year.\n')
    expect((await run(['ingest', file])).code).toBe(0)
    const backup = join(folder, 'backup.gz')
    expect((await run(['backup', backup])).out).toMatch(/^Wrote \d+ rows of 1 organization/)
    const taken = await run(['restore', backup])
    expect(taken.code).toBe(1)
    expect(taken.err).toMatch(/holds local already/)
    const unsure = await run(['data', 'delete'])
    expect(unsure.code).toBe(1)
    expect(unsure.err).toMatch(/--yes/)
    expect((await run(['data', 'delete', '--yes'])).out).toMatch(/Deleted local/)
    expect((await run(['search', 'senior engineer earns', '-k', '1'])).out).not.toMatch(/140K/)
    expect((await run(['restore', backup])).out).toMatch(/^Read \d+ rows of 1 organization/)
    expect((await run(['ask', 'what does a senior engineer earn?'])).out).toMatch(/140K/)
  })

  test.each([
    [['restore', 'none.gz'], /There is no file/],
    [['data', 'rotate'], /ENCRYPTION_KEY is not set/],
    [
      ['data', 'role', 'x', 'admin'],
      /"x" is no person's id; expected one that "npx cairn data people" lists/,
    ],
    [
      ['data', 'role', '00000000-0000-0000-0000-000000000000', 'boss'],
      /Allowed choices are admin, executive/,
    ],
    [['data', 'role', '00000000-0000-0000-0000-000000000000', 'admin'], /There is no person/],
    [['data', 'erase', '--person', 'x', '--yes'], /is no person's id/],
    [['data', 'erase', '--person', '00000000-0000-0000-0000-000000000000', '--yes'], /There is no person/],
  ])('%j', async (words, message) => {
    const { code, err } = await run(words)
    expect(code).toBe(1)
    expect(err).toMatch(message)
  })
})

describe('settings', () => {
  test('are listed, changed and reset, and every change is on the record', async () => {
    const before = await run(['settings', 'list'])
    expect(before.code).toBe(0)
    expect(before.out).toMatch(/retention\.inbox_days = 90 days \(the default\)\n {4}Messages are kept/)
    expect((await run(['settings', 'set', 'retention.inbox_days', '30'])).out).toBe(
      'retention.inbox_days is 30 days now.\n',
    )
    expect((await run(['settings', 'list'])).out).toMatch(/inbox_days = 30 days \(default 90\)/)
    await run(['settings', 'set', 'model.enabled', 'false'])
    const listed = JSON.parse((await run(['settings', 'list', '--json'])).out)
    expect(listed.leaves).toEqual([])
    expect(listed.settings[0]).toMatchObject({ name: 'retention.inbox_days', value: 30, default: 90 })
    expect((await run(['settings', 'reset', 'retention.inbox_days'])).out).toMatch(/is back at 90 days/)
    expect((await run(['settings', 'reset', 'retention.inbox_days'])).out).toMatch(/was at its default/)
    const { out } = await run(['data', 'audit'])
    expect(out).toMatch(/setting\.reset .*inbox_days[\s\S]*setting\.changed .*inbox_days/)
  })

  test.each([
    [['list', '--tenant', 'acme'], /There is no organization "acme" in this store/],
    [['set', 'model.enabled', 'false', '--tenant', 'acme'], /There is no organization "acme"/],
    [['set', 'inbox', '7'], /no setting "inbox"; did you mean retention\.inbox_days/],
    [['reset', 'nothing'], /There is no setting "nothing"/],
    [['set', 'retention.inbox_days', 'ten'], /"ten" does not fit .* whole number of days from 1 to 3,650/],
    [['set', 'budget.usd_per_day', '-5'], /-5/],
  ])('%j', async (words, message) => {
    const { code, err } = await run(['settings', ...words])
    expect(code).toBe(1)
    expect(err).toMatch(message)
  })
})

describe('while Cairn is started', () => {
  let server: ChildProcess
  let url = ''
  beforeAll(async () => {
    server = start(['start'])
    const ready = await new Promise<string>((resolve) =>
      server.stderr?.on(
        'data',
        (data: Buffer) => data.toString().includes('ready') && resolve(data.toString()),
      ),
    )
    url = /http:\/\/[\d.:]+/.exec(ready)?.[0] ?? ''
  })
  afterAll(async () => {
    server.kill('SIGTERM')
    await once(server, 'close')
  })

  test('commands go through it, side by side', async () => {
    const runs = await Promise.all([
      run(['ask', '--json', 'what are guilds?']),
      run(['search', 'guilds', '-k', '1']),
      run(['chat', '--json'], { input: 'what is phase 2?\n' }),
      run(['settings', 'list']),
    ])
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    expect(JSON.parse(runs[0]?.out as string)).toMatchObject({ kind: 'answer' })
  })

  test('operators see how it is', async () => {
    const get = async (path: string) => {
      const response = await fetch(`${url}${path}`)
      return { status: response.status, text: await response.text() }
    }
    expect(await get('/healthz')).toEqual({ status: 200, text: 'ok\n' })
    expect(await get('/readyz')).toEqual({ status: 200, text: 'ready\n' })
    const metrics = await get('/metrics')
    expect(metrics.text).toMatch(/# TYPE cairn_turn_seconds histogram/)
    expect(metrics.text).toMatch(/# TYPE cairn_outbox gauge/)
    expect((await get('/anything')).status).toBe(404)
  })

  test('a second server on its port is refused with what to do', async () => {
    const { code, err } = await run(['start'], {
      env: { PORT: new URL(url).port, CAIRN_DATA_DIR: join(folder, 'other-data') },
    })
    expect(code).toBe(1)
    expect(err).toMatch(/cannot serve on .*EADDRINUSE.*set PORT/)
  })

  test('jobs are listed', async () => {
    const { code, out } = await run(['jobs', 'list', '--json'])
    expect(code).toBe(0)
    expect(Array.isArray(JSON.parse(out))).toBe(true)
    expect((await run(['jobs', 'posts'])).out).toMatch(/Every post arrived/)
    const unknown = await run(['jobs', 'retry', 'nonsense'])
    expect(unknown.code).toBe(1)
    expect(unknown.err).toMatch(/There is no job nonsense/)
  })

  test('errors and exit codes come back', async () => {
    const { code, err } = await run(['ask', '--batch', 'none.jsonl'])
    expect(code).toBe(1)
    expect(err).toMatch(/cannot be read/)
  })

  test('a second start is refused', async () => {
    const { code, err } = await run(['start'])
    expect(code).toBe(1)
    expect(err).toMatch(/in use by process \d+/)
  })

  test('the doctor sees it', async () => {
    const { code, out } = await run(['doctor'])
    expect(code).toBe(0)
    expect(out).toMatch(/held by the Cairn that is started/)
  })
})

test('help lists every command and explains each', async () => {
  const { code, out } = await run(['--help'])
  expect(code).toBe(0)
  for (const command of [
    'ask',
    'chat',
    'search',
    'ingest',
    'knowledge',
    'stage',
    'eval',
    'start',
    'jobs',
    'data',
    'settings',
    'backup',
    'restore',
    'doctor',
  ]) {
    expect(out).toContain(command)
    expect((await run([command, '--help'])).out).toMatch(new RegExp(`Usage: cairn ${command}`))
  }
})
