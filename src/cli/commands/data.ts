import { Argument, type Command } from 'commander'
import { ROLES, type Role } from '../../conversation/people.ts'
import { AppError } from '../../errors.ts'
import { type CommandContext, LOCAL_TENANT } from '../context.ts'

interface Options {
  tenant: string
  person?: string
  yes?: boolean
}

const confirm = ({ yes }: Options, what: string): void => {
  if (!yes)
    throw new AppError(
      'bad_input',
      `This deletes ${what} for good; run "npx cairn backup FILE" before, and repeat the command with --yes.`,
    )
}

const PERSON_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const assertPersonId = (person: string | undefined): string => {
  if (person !== undefined && PERSON_ID.test(person)) return person
  throw new AppError(
    'bad_input',
    `"${(person ?? '').slice(0, 60)}" is no person's id; expected one that "npx cairn data people" lists.`,
  )
}

export const registerData = (program: Command, { terminal, app }: CommandContext): void => {
  const data = program
    .command('data')
    .description('what is stored of an organization or a person: see, export, erase')
  const command = (name: string, description: string) =>
    data.command(name).description(description).option('--tenant <id>', 'the organization', LOCAL_TENANT)

  command('people', 'list the people of an organization with their roles').action(
    async ({ tenant }: Options) => {
      const people = await (await app()).people.people(tenant)
      for (const { personId, role, name } of people) terminal.line(`${personId}  ${role.padEnd(9)}  ${name}`)
      if (people.length === 0) terminal.line('Nobody has talked with Cairn here yet.')
    },
  )
  command('role', 'give a person another role')
    .argument('<person>', 'the id of the person')
    .addArgument(new Argument('<role>', 'the new role').choices(ROLES))
    .action(async (person: string, role: Role, { tenant }: Options) => {
      const personId = assertPersonId(person)
      await (await app()).people.setRole(tenant, personId, role, undefined)
      terminal.line(`${personId} is ${role} now.`)
    })
  command('export', 'print everything of an organization, or of one person, as JSON lines')
    .option('--person <id>', 'one person only')
    .action(async (options: Options) => {
      const { data: stored, audit } = await app()
      const { tenant } = options
      if (options.person === undefined) {
        for await (const row of stored.rows(tenant)) terminal.line(JSON.stringify(row))
      } else {
        const personId = assertPersonId(options.person)
        for (const row of await stored.ofPerson(tenant, personId)) terminal.line(JSON.stringify(row))
        await audit.record(tenant, { action: 'person.exported', subject: personId })
      }
    })
  command('erase', 'erase a person, with what they asked and were answered')
    .requiredOption('--person <id>', 'the person')
    .option('--yes', 'really do it')
    .action(async (options: Options) => {
      const personId = assertPersonId(options.person)
      confirm(options, `the person ${personId} and all that they asked`)
      await (await app()).data.erasePerson(options.tenant, personId)
      terminal.line(`Erased ${personId}.`)
    })
  command('delete', 'delete an organization and everything that it owns')
    .option('--yes', 'really do it')
    .action(async (options: Options) => {
      confirm(options, `the organization ${options.tenant} and everything that it owns`)
      const existed = await (await app()).dropTenant(options.tenant)
      terminal.line(existed ? `Deleted ${options.tenant}.` : `There is no organization ${options.tenant}.`)
    })
  command('rotate', 'seal the stored secrets anew by the first key of ENCRYPTION_KEY').action(
    async ({ tenant }: Options) => {
      const count = await (await app()).secrets.rotate(tenant)
      terminal.line(`${count} secrets were sealed anew.`)
    },
  )
  command('audit', 'print who did what, newest first')
    .option('--most <count>', 'at most so many entries', '100')
    .action(async ({ tenant, most }: Options & { most: string }) => {
      for (const { at, action, subject, personId } of await (await app()).audit.entries(
        tenant,
        Number(most) || 100,
      ))
        terminal.line(`${at.toISOString()}  ${action.padEnd(22)}  ${subject ?? ''}  ${personId ?? 'Cairn'}`)
    })
}
