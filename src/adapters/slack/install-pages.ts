import { ErrorCode } from '@slack/oauth'
import { AppError } from '../../errors.ts'

interface Page {
  status: number
  html: string
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] as string)

const pageOf = (
  title: string,
  text: string,
  link: { label: string; address: string },
): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem }
</style>
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
<p><a href="${escaped(link.address)}">${escaped(link.label)}</a></p>
</html>
`

/** Where an installation sets out. */
export const installPage = (slackUrl: string): string =>
  pageOf(
    'Cairn in Slack',
    'Cairn answers questions on scaling a company, each with its sources. Slack shows what it asks for before you agree, and you will be its admin.',
    { label: 'Add to Slack', address: slackUrl },
  )

const LOST =
  'This installation was set out for too long ago, in another window, or is finished already. Nothing was installed now.'
const REASONS: Record<string, { status: number; text: string }> = {
  [ErrorCode.InvalidStateError]: { status: 400, text: LOST },
  [ErrorCode.MissingStateError]: { status: 400, text: LOST },
  [ErrorCode.MissingCodeError]: { status: 400, text: LOST },
  [ErrorCode.AuthorizationError]: {
    status: 403,
    text: 'You did not agree in Slack, so nothing was installed.',
  },
}
const FAILED = 'Something failed on our side, and nothing was installed. The operators can see why.'

/** Why an installation came to nothing, in words for whoever tried. */
export const failurePage = (error: Error & { code: string }, startAgain: string): Page => {
  // What operators did wrong is none of their visitors' business.
  const told = error instanceof AppError && error.code === 'bad_input' ? error.message : undefined
  const { status, text } = REASONS[error.code] ?? { status: told ? 409 : 500, text: told ?? FAILED }
  return {
    status,
    html: pageOf('Cairn was not installed', text, { label: 'Start again', address: startAgain }),
  }
}
