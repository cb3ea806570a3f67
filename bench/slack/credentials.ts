/** What the app of a load run is known by; the same on both sides. */
export const CREDENTIALS = {
  token: 'xoxb-bench',
  signingSecret: 'bench-signing-secret',
  teamId: 'T0BENCH0001',
  appId: 'A0BENCH0001',
  botUserId: 'U0BENCHBOT1',
  botId: 'B0BENCHBOT1',
} as const
