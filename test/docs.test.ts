import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CONFIG_KEYS, readConfig } from '../src/config.ts'

const readme = readFileSync('README.md', 'utf8')
const contributing = readFileSync('CONTRIBUTING.md', 'utf8')
const scripts = Object.keys((JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object }).scripts)

describe('documents', () => {
  test.each([
    ['README.md', readme],
    ['CONTRIBUTING.md', contributing],
  ])('paths named in %s exist', (_, text) => {
    const named = [...text.matchAll(/`((?:src|test|knowledge|bench|scripts|prompts)\/[\w./-]+)`/g)].map(
      ([, path]) => path as string,
    )
    expect(named.filter((path) => !path.includes('connectors') && !existsSync(path))).toEqual([])
  })

  test('scripts named in the documents exist', () => {
    const named = [...`${readme}${contributing}`.matchAll(/npm run ([\w:-]+)/g)].map(
      ([, name]) => name as string,
    )
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((name) => !scripts.includes(name))).toEqual([])
  })

  test('commands named in the README exist', () => {
    const named = [...readme.matchAll(/npx cairn ([a-z]+)/g)].map(([, name]) => name as string)
    const commands = readdirSync('src/cli/commands').map((file) => file.replace('.ts', ''))
    expect(named.length).toBeGreaterThan(3)
    expect([...new Set(named)].filter((name) => !commands.includes(name))).toEqual([])
  })

  test('.env.example lists every key of the configuration, and no other', () => {
    const listed = [...readFileSync('.env.example', 'utf8').matchAll(/^([A-Z_]+)=/gm)].map(([, key]) => key)
    expect(listed.sort()).toEqual([...CONFIG_KEYS].sort())
  })

  test('.env.example as it stands is a valid configuration with the defaults', () => {
    const env = Object.fromEntries(
      [...readFileSync('.env.example', 'utf8').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, key, value]) => [
        key,
        value,
      ]),
    )
    expect(readConfig(env, '/x')).toEqual(readConfig({}, '/x'))
  })

  test('CI runs the one gate', () => {
    expect(readFileSync('.ci/run', 'utf8')).toContain('npm run validate')
  })

  test('the lock file names no registry', () => {
    expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/"resolved": "http/)
  })
})
