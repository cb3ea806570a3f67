import { readPlaybookFiles } from '../../src/adapters/files/playbook-files.ts'
import { type Playbook, parsePlaybook } from '../../src/playbook/playbook.ts'

let loaded: Promise<Playbook> | undefined

/** The project's own playbook, read once per test file. */
export const projectPlaybook = (): Promise<Playbook> =>
  (loaded ??= readPlaybookFiles('knowledge/playbook').then(parsePlaybook))
