import { randomUUID } from 'node:crypto'
import { createAuditLog } from '../../src/adapters/postgres/audit-log.ts'
import { ensureTenant } from '../../src/adapters/postgres/tenancy.ts'
import { createThreadStore } from '../../src/adapters/postgres/thread-store.ts'
import { createTurnJournals } from '../../src/adapters/postgres/turn-journals.ts'
import { editedMessagesContract } from '../contract/edited-messages.ts'
import { type ThreadStoreSubject, threadStoreContract } from '../contract/thread-store.ts'
import { testStores } from '../support/test-database.ts'

for (const { name, open } of testStores) {
  const subject = async (): Promise<ThreadStoreSubject> => {
    const { db, close } = await open()
    return {
      store: createThreadStore(db, { settleMs: 0 }),
      newTenant: async () => {
        const id = randomUUID()
        await ensureTenant(db, id, 'A tenant')
        return id
      },
      journals: createTurnJournals(db),
      audited: async (tenantId) =>
        (await createAuditLog(db).entries(tenantId, 100)).flatMap(({ at: _, ...entry }) =>
          entry.action === 'question.answered' ? [] : [entry],
        ),
      close,
    }
  }
  threadStoreContract(name, subject)
  editedMessagesContract(name, subject)
}
