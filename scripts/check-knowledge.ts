import { readPlaybookFiles } from '../src/adapters/files/playbook-files.ts'
import { parsePlaybook } from '../src/playbook/playbook.ts'

const playbook = parsePlaybook(await readPlaybookFiles('knowledge/playbook'))
const filter = process.argv[2]
for (const entry of playbook.entries) {
  if (filter && !entry.file.includes(filter)) continue
  process.stdout.write(`\n[${entry.file}] ${entry.id} · ${entry.document} > ${entry.section} · ${entry.body.length} chars · ${entry.asked.length} asked\n${entry.body}\n`)
  if (entry.body.length > (entry.kind === 'overview' ? 900 : 600)) process.stdout.write('!!! TOO LONG\n')
}
