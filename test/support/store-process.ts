import { lockDataDirectory } from '../../src/adapters/postgres/data-directory.ts'
import { createKnowledgeStore } from '../../src/adapters/postgres/knowledge-store.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { openDatabase } from '../../src/adapters/postgres/pool.ts'
import { AppError } from '../../src/errors.ts'
import { aDocument, aPassage, MODEL } from './knowledge.ts'
import { overflow } from './overflow.ts'

// A process of its own, for tests that need one: store-process.ts lock|open|write|overflow DIRECTORY. It prints one line
// for each thing it did, and the code and message of an AppError as its last line.

const [action, directory] = process.argv.slice(2) as [string, string]
const say = (line: string) => process.stdout.write(`${line}\n`)
const stayUntilKilled = () => setInterval(() => {}, 60_000)

try {
  if (action === 'lock') {
    await lockDataDirectory(directory)
    say('locked')
    stayUntilKilled()
  } else {
    const database = await openDatabase({ dataDir: directory })
    const { db } = database
    await migrate(db)
    say('opened')
    if (action === 'open') stayUntilKilled()
    else if (action === 'overflow') {
      await overflow(database, directory, say)
      await database.close()
    } else {
      const store = createKnowledgeStore(db)
      await store.setEmbeddingModel(MODEL)
      for (let number = 1; ; number++) {
        const id = `document-${number}`
        const passages = Array.from({ length: 20 }, (_, index) =>
          aPassage({ id: `${id}-${index}`, body: `${id} `.repeat(50) }),
        )
        await store.putDocument('shared', aDocument({ id }), passages)
        say(id)
      }
    }
  }
} catch (error) {
  if (!(error instanceof AppError)) throw error
  say(`${error.code} ${error.message}`)
}
