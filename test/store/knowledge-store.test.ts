import { randomUUID } from 'node:crypto'
import { createKnowledgeStore } from '../../src/adapters/postgres/knowledge-store.ts'
import { ensureTenant } from '../../src/adapters/postgres/tenancy.ts'
import { knowledgeStoreContract } from '../contract/knowledge-store.ts'
import { testStores } from '../support/test-database.ts'

for (const { name, open } of testStores) {
  knowledgeStoreContract(name, async () => {
    const { db, close } = await open()
    return {
      store: createKnowledgeStore(db),
      otherStore: () => createKnowledgeStore(db),
      newTenant: async () => {
        const id = randomUUID()
        await ensureTenant(db, id, 'A tenant')
        return id
      },
      close,
    }
  })
}
