import type { Command } from 'commander'
import type { JobView } from '../../ports/jobs.ts'
import { type CommandContext, LOCAL_TENANT } from '../context.ts'

const asLine = ({ id, queue, state, attempts, createdAt, reason }: JobView): string =>
  [id, queue.padEnd(14), state.padEnd(9), `${attempts}x`.padStart(3), createdAt.toISOString(), reason ?? '']
    .join('  ')
    .trimEnd()

export const registerJobs = (program: Command, { terminal, app }: CommandContext): void => {
  const jobs = program.command('jobs').description('look at the queues: what waits, runs and failed')
  jobs
    .command('list')
    .description('list jobs, newest first; what failed for good stands in a queue that ends in _dead')
    .option('--completed', 'list the completed ones too')
    .option('--json', 'print them as JSON')
    .action(async ({ completed, json }: { completed?: boolean; json?: boolean }) => {
      const found = await (await (await app()).jobs()).list({ completed: completed === true })
      if (json) terminal.line(JSON.stringify(found))
      else if (found.length === 0) terminal.line('No jobs wait, run or failed.')
      else for (const job of found) terminal.line(asLine(job))
    })
  jobs
    .command('show')
    .description('show one job, with what it carries and why it failed')
    .argument('<id>', 'id of the job')
    .action(async (id: string) => {
      terminal.line(JSON.stringify(await (await (await app()).jobs()).show(id), undefined, 2))
    })
  jobs
    .command('posts')
    .description('list the posts of an organization that may not have arrived (uncertain) or did not (dead)')
    .option('--tenant <id>', 'the organization', LOCAL_TENANT)
    .option('--json', 'print them as JSON')
    .action(async ({ tenant, json }: { tenant: string; json?: boolean }) => {
      const posts = await (await app()).threads.troubled(tenant)
      if (json) terminal.line(JSON.stringify(posts))
      else if (posts.length === 0) terminal.line('Every post arrived, or waits to be sent.')
      else
        for (const { changedAt, state, threadId, idempotencyKey, reason } of posts)
          terminal.line(
            [changedAt.toISOString(), state.padEnd(9), threadId, idempotencyKey, reason].join('  '),
          )
    })
  for (const [name, done, description] of [
    ['retry', 'waits for its next attempt', 'try a failed or cancelled job again'],
    ['cancel', 'is cancelled; "npx cairn jobs retry" undoes it', 'cancel a job that waits or runs'],
  ] as const)
    jobs
      .command(name)
      .description(description)
      .argument('<id>', 'id of the job')
      .action(async (id: string) => {
        await (await (await app()).jobs())[name](id)
        terminal.line(`Job ${id} ${done}.`)
      })
}
