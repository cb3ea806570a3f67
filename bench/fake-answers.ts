import type { ScriptedMessage } from '../test/support/fake-messages-api/script.ts'

// Answers for bench/composer.ts, which names in the question what it wants: `sentences=…`, `paced=1` for a model's
// pace, and `answer=…` that is said again, so that mixed streams show.

/** What every sentence cites. */
export const SOURCE = 'transition.small_to_medium_team.duration'
/** Characters of a delta, as of a model's tokens. */
const DELTA = 4

const letters = (n: number): string =>
  [...String(n)].map((digit) => String.fromCharCode(97 + Number(digit))).join('')
const cut = (text: string): string[] => text.match(new RegExp(`[^]{1,${DELTA}}`, 'g')) ?? []

/** Answers a request by what its question asks for. */
export const respond = (request: { body: unknown }): ScriptedMessage => {
  const text = JSON.stringify(request.body).slice(-2_000)
  const wanted = (name: string) => Number(new RegExp(`${name}=(\\d+)`).exec(text)?.[1] ?? 0)
  const answer = wanted('answer')
  return {
    ...(wanted('paced') ? { firstTokenMs: 600, deltaMs: 20 } : {}),
    content: [
      { type: 'text', text: 'answer\n', deltas: ['answer\n'] },
      ...Array.from({ length: wanted('sentences') || 1 }, (_, index) => {
        const asked = answer > 0 && index === 0 ? `, asked under ${answer}` : ''
        // Every sentence another, as a model's are.
        const sentence = `${index > 0 ? ' ' : ''}For ${letters(index)} the move from a small to a medium team takes 6-9 months${asked}.`
        return {
          type: 'text' as const,
          text: sentence,
          deltas: cut(sentence),
          citations: [{ source: SOURCE, from: 0, to: 1 }],
        }
      }),
    ],
  }
}
