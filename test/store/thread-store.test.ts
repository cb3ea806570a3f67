import { randomUUID } from 'node:crypto'
import { ensureTenant } from '../../src/adapters/postgres/tenancy.ts'
import { createThreadStore } from '../../src/adapters/postgres/thread-store.ts'
import { threadStoreContract } from '../contract/thread-store.ts'
import { testStores } from '../support/test-database.ts'

for (const { name, open } of testStores) {
  threadStoreContract(name, async () => {
    const { db, close } = await open()
    return {
      store: createThreadStore(db, { settleMs: 0 }),
      newTenant: async () => {
        const id = randomUUID()
        await ensureTenant(db, id, 'A tenant')
        return id
      },
      close,
    }
  })
}
