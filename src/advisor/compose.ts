import type { ReplyKind } from '../conversation/reply.ts'
import type {
  Ask,
  Composer,
  ComposerError,
  ComposerEvent,
  Composition,
  ModelUsage,
  Progress,
} from '../ports/composer.ts'
import type { Passage } from '../ports/knowledge-store.ts'
import type { Verification, Verified } from './verify.ts'

/** An answer composed and verified. */
export interface Composed extends Verified {
  kind: ReplyKind
  caveats: string[]
  usage: ModelUsage[]
  /** What went wrong on the way, for the operator. */
  failures: ComposerError[]
  /** It broke off before its end: the reason, for the operator. */
  broke?: unknown
}

/** What a composer has found beside what it was given. */
export interface Found {
  passages: Passage[]
  /** Statements that code computed for it. */
  computed: string[]
}

export interface ComposeOptions {
  composer: Composer
  ask: Ask
  /** Opens the verification; `found` holds what the composer has found by now. */
  verify: (found: Found, onText: (text: string) => void) => Verification
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
  const found: Found = { passages: [], computed: [] }
  let kind: ReplyKind = 'answer'
  let held = ''
  // An answer that cites nothing is not given: nobody is to read it before that is known.
  const release = (text: string): void => {
    held += text
    if (kind === 'answer' && !verification.hasCited()) return
    onProgress({ type: 'text', text: held })
    held = ''
  }
  const verification = verify(found, release)
  const caveats: string[] = []
  const usage: ModelUsage[] = []
  const failures: ComposerError[] = []
  const emit = (event: ComposerEvent): void => {
    if (event.type === 'claim') verification.claim(event)
    else if (event.type === 'kind') kind = event.kind
    else if (event.type === 'caveat') caveats.push(event.text)
    else if (event.type === 'usage') usage.push(event.usage)
    else if (event.type === 'failure') failures.push(event.failure)
    else if (event.type === 'found') {
      found.passages.push(...event.passages)
      found.computed.push(...event.computed)
    } else onProgress(event)
  }
  let broke: unknown
  const unlessBroken = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      signal?.throwIfAborted()
      broke = error
      return otherwise
    }
  }
  const { rewrite } = await unlessBroken<Composition>(() => composer.compose(ask, emit, signal), {})
  const failed = verification.close()
  if (failed.length > 0) onProgress({ type: 'step', step: 'checking' })
  // Should that fail, the rest of the answer stands without them.
  verification.replace(failed.length > 0 && rewrite ? await unlessBroken(() => rewrite(failed), []) : [])
  return {
    ...verification.finish(),
    kind,
    caveats,
    usage,
    failures,
    ...(broke === undefined ? {} : { broke }),
  }
}
