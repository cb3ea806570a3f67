import { readPlaybook } from '../src/app.ts'

// Prints the passages of the playbook as they are cited, with their questions: all, or those of the files whose name
// contains the first word of the command line.
const [filter = ''] = process.argv.slice(2)
const { entries } = await readPlaybook()
for (const { file, id, document, section, body, asked } of entries.filter((entry) =>
  entry.file.includes(filter),
))
  process.stdout.write(
    `${id} (${file}, ${body.length} characters)\n${document} > ${section}\n${body}\n? ${asked.join('\n? ')}\n\n`,
  )
