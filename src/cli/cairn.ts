#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'

enableCompileCache()

// A reader that stops reading (`| head`) ends the output, and is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

const [major] = process.versions.node.split('.').map(Number)
if ((major ?? 0) < 24) {
  process.stderr.write(
    `Cairn runs on Node 24 and was started with ${process.version}. Run "npm ci" here and use "npx cairn".\n`,
  )
  process.exit(1)
}
if (existsSync('.env')) process.loadEnvFile('.env')

const { main } = await import('./main.ts')
process.exitCode = await main(process.argv.slice(2), process.env)
