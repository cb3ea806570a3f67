import type { ReplyKind } from '../conversation/reply.ts'
import type { Ask, Composer, ModelUsage, Step } from '../ports/composer.ts'
import type { Passage } from '../ports/knowledge-store.ts'
import type { Verification, Verified } from './verify.ts'

/** What a person may watch of a turn: its steps, and its text as far as it was checked. */
export type Progress = { type: 'step'; step: Step; detail?: string } | { type: 'text'; text: string }

/** An answer composed and verified. */
export interface Composed extends Verified {
  kind: ReplyKind
  caveats: string[]
  usage: ModelUsage[]
  /** Passages that the composer found beside those it was given. */
  passages: Passage[]
  /** It broke off before its end: the reason, for the operator. */
  broke?: unknown
}

export interface ComposeOptions {
  composer: Composer
  ask: Ask
  /** Makes the verification, given what the composer has found by now. */
  verify: (found: () => Passage[], onText: (text: string) => void) => Verification
  onProgress: (progress: Progress) => void
  signal: AbortSignal | undefined
}

/** Runs a composer and its text through the verifier, sentence by sentence; what fails is written anew once. */
export const composeVerified = async ({
  composer,
  ask,
  verify,
  onProgress,
  signal,
}: ComposeOptions): Promise<Composed> => {
  const composition = composer.compose(ask, signal)
  const found = () => composition.passages?.() ?? []
  const verification = verify(found, (text) => onProgress({ type: 'text', text }))
  const caveats: string[] = []
  const usage: ModelUsage[] = []
  let kind: ReplyKind = 'answer'
  let broke: unknown
  try {
    for await (const event of composition.events) {
      if (event.type === 'claim') verification.claim(event)
      else if (event.type === 'kind') kind = event.kind
      else if (event.type === 'caveat') caveats.push(event.text)
      else if (event.type === 'usage') usage.push(event.usage)
      else onProgress(event)
    }
  } catch (error) {
    signal?.throwIfAborted()
    broke = error
  }
  const failed = verification.close()
  let sentences: Parameters<Verification['replace']>[0] = []
  if (failed.length > 0 && composition.rewrite && broke === undefined) {
    onProgress({ type: 'step', step: 'checking' })
    try {
      const rewritten = await composition.rewrite(failed)
      sentences = rewritten.sentences
      usage.push(...rewritten.usage)
    } catch (error) {
      // The rest of the answer stands without them.
      signal?.throwIfAborted()
      broke = error
    }
  }
  verification.replace(sentences)
  return {
    ...verification.finish(),
    kind,
    caveats,
    usage,
    passages: found(),
    ...(broke === undefined ? {} : { broke }),
  }
}
