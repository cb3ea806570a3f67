import { expect, test } from 'vitest'
import { dropAbandoned } from '../../src/org/abandoned.ts'

/** Tenants that are abandoned, and what is dropped of them. */
const anOffice = (abandoned: string[]) => {
  const dropped: string[] = []
  return {
    dropped,
    people: { abandoned: async (days: number) => (days === 30 ? [...abandoned] : []) },
    dropTenant: async (tenantId: string) => {
      abandoned.splice(abandoned.indexOf(tenantId), 1)
      dropped.push(tenantId)
      return tenantId !== 'gone already'
    },
  }
}

test('who left for so long is dropped and counted, who is to be kept is not', async () => {
  const office = anOffice(['acme', 'local', 'gone already', 'zeta'])
  expect(await dropAbandoned(office, 30, ['local'])).toBe(2)
  expect(office.dropped).toEqual(['acme', 'gone already', 'zeta'])
  expect(await dropAbandoned(office, 29, [])).toBe(0)
})

test('who comes back while others are dropped stays', async () => {
  const abandoned = ['acme', 'returning']
  const office = anOffice(abandoned)
  const dropTenant = async (tenantId: string) => {
    abandoned.splice(abandoned.indexOf('returning'), 1)
    return office.dropTenant(tenantId)
  }
  expect(await dropAbandoned({ ...office, dropTenant }, 30, [])).toBe(1)
  expect(office.dropped).toEqual(['acme'])
})
