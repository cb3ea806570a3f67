import { createHmac } from 'node:crypto'

/** The headers by which an app knows that a request is Slack's. */
export const signedHeaders = (
  signingSecret: string,
  body: string,
  secondsAgo = 0,
): { 'x-slack-request-timestamp': string; 'x-slack-signature': string } => {
  const timestamp = String(Math.floor(Date.now() / 1_000) - secondsAgo)
  const hash = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${hash}` }
}
