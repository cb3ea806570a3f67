import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'

// with-postgres.ts COMMAND… runs a command with TEST_DATABASE_URL set to a PostgreSQL server that lives as long as the
// command. When TEST_DATABASE_URL is set already, that server is used and none is started.

const ROOT = join(import.meta.dirname, '..')
const SCRIPT = join(import.meta.dirname, 'test-postgres.sh')
const ATTEMPTS = 3
/** The script's exit code when the server does not start, most likely because the port was taken meanwhile. */
const NOT_STARTED = 3

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

const run = async (command: string, args: string[], env: NodeJS.ProcessEnv): Promise<number> => {
  const child = spawn(command, args, { stdio: 'inherit', env })
  // Ctrl-C reaches the command from the terminal itself; here it must only not end this process before the server.
  const ignore = () => {}
  const forward = () => child.kill('SIGTERM')
  process.on('SIGINT', ignore).on('SIGTERM', forward)
  try {
    const [code] = await once(child, 'exit')
    return code ?? 1
  } catch (error) {
    process.stderr.write(
      `with-postgres: ${command} could not be started (${error instanceof Error ? error.message : error})\n`,
    )
    return 127
  } finally {
    process.off('SIGINT', ignore).off('SIGTERM', forward)
  }
}

/** Runs the shell script; its messages go to the terminal. */
const script = async (action: string, env: NodeJS.ProcessEnv): Promise<{ code: number; output: string }> => {
  // A group of its own, so that Ctrl-C reaches the command and not the server.
  const child = spawn('sh', [SCRIPT, action], { stdio: ['ignore', 'pipe', 'inherit'], env, detached: true })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  const [code] = await once(child, 'close')
  return { code, output: output.trim() }
}

const [command, ...args] = process.argv.slice(2)
if (!command) {
  process.stderr.write('usage: node scripts/with-postgres.ts COMMAND…\n')
  process.exit(2)
}
const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
}
if (env.TEST_DATABASE_URL) process.exit(await run(command, args, env))

for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
  const server = {
    ...env,
    PGTEST_PACKAGES: join(ROOT, '.cache', 'test-postgres'),
    PGTEST_DATA: join(ROOT, '.cache', 'test-postgres', `run-${process.pid}`),
    PGTEST_PORT: String(await freePort()),
  }
  try {
    const { code, output: url } = await script('start', server)
    process.exitCode = code === 0 ? await run(command, args, { ...env, TEST_DATABASE_URL: url }) : code
    if (code !== NOT_STARTED) break
  } finally {
    await script('destroy', server)
  }
}
