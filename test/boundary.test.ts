import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const CORE = ['playbook', 'strategy', 'maturity', 'metrics', 'conversation', 'schedule']
const SERVICES = [
  'knowledge',
  'threads',
  'jobs',
  'advisor',
  'assessments',
  'digests',
  'org',
  'evaluation',
  'screens',
]
const NODE_OR_SDK = /^(?!\.)/

interface Source {
  path: string
  imports: string[]
}

const sources: Source[] = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({
    path,
    imports: [...readFileSync(join('src', path), 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(
      ([, name]) => name as string,
    ),
  }))

/** The import as a path below src, or the package's name. */
const target = ({ path }: Source, name: string): string =>
  NODE_OR_SDK.test(name) ? name : relative(resolve('src'), resolve('src', dirname(path), name))
const folder = (path: string): string => path.split('/')[0] as string
const within = (folders: string[]) => sources.filter(({ path }) => folders.includes(folder(path)))
const offending = (of: Source[], allowed: (target: string, source: Source) => boolean): string[] =>
  of.flatMap((source) =>
    source.imports
      .map((name) => target(source, name))
      .filter((name) => !allowed(name, source))
      .map((name) => `${source.path} imports ${name}`),
  )

describe('who may import whom', () => {
  test('there is something to check', () => {
    expect(within(CORE).length).toBeGreaterThan(5)
    expect(within(SERVICES).length).toBeGreaterThan(5)
  })

  test('the core imports core, errors, zod and the calendar', () => {
    expect(
      offending(within(CORE), (name) => [...CORE, 'errors.ts', 'zod', 'luxon'].includes(folder(name))),
    ).toEqual([])
  })

  test('ports import core types, other ports and, as types, the interfaces of LangChain and zod', () => {
    const allowed = [...CORE, 'ports', 'knowledge', 'errors.ts', 'zod']
    expect(
      offending(
        within(['ports']),
        (name) => allowed.includes(folder(name)) || name.startsWith('@langchain/core'),
      ),
    ).toEqual([])
  })

  test('services import core, ports and each other, never an adapter or the environment', () => {
    const allowed = [...CORE, ...SERVICES, 'ports', 'errors.ts', 'zod']
    const libraries = ['node:crypto', 'node:path', 'marked', 'stemmer', 'js-yaml']
    expect(
      offending(within(SERVICES), (name) => allowed.includes(folder(name)) || libraries.includes(name)),
    ).toEqual([])
  })

  test('an adapter never imports another adapter', () => {
    const adapters = within(['adapters'])
    const own = (path: string) => path.split('/').slice(0, 2).join('/')
    expect(
      offending(adapters, (name, source) => !name.startsWith('adapters/') || own(name) === own(source.path)),
    ).toEqual([])
  })

  test('only the composition root imports from several adapters', () => {
    const joining = sources.filter(
      (source) =>
        new Set(
          source.imports
            .map((name) => target(source, name))
            .filter((name) => name.startsWith('adapters/'))
            .map((name) => name.split('/')[1]),
        ).size > 1,
    )
    expect(joining.map(({ path }) => path)).toEqual(['app.ts'])
  })

  test('the environment is read by the command line alone, which hands it to the configuration', () => {
    const readers = sources.filter(({ path }) =>
      /process\.env\b/.test(readFileSync(join('src', path), 'utf8')),
    )
    expect(readers.map(({ path }) => path)).toEqual(['cli/cairn.ts'])
  })

  test('the core has no clock, no randomness and no platform names', () => {
    const impure = within(CORE).filter(({ path }) =>
      /Date\.now|new Date\(\)|Math\.random|\bslack\b.*===|=== '(?:slack|teams)'/.test(
        readFileSync(join('src', path), 'utf8'),
      ),
    )
    expect(impure.map(({ path }) => path)).toEqual([])
  })
})
