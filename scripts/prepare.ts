import { ensureSnapshot } from '../src/adapters/postgres/snapshot.ts'

// Run by npm after an install. Without the snapshot a first start is slower and works all the same, so whatever goes
// wrong here must not fail the install.
try {
  await ensureSnapshot()
} catch (error) {
  process.stderr.write(
    `cairn: no snapshot of an empty store was made (${error instanceof Error ? error.message : error})\n`,
  )
}
