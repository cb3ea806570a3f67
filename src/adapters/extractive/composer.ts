import { NO_DATA } from '../../conversation/no-data.ts'
import { createJudge, type Judge } from '../../knowledge/support.ts'
import type { Vocabulary } from '../../knowledge/vocabulary.ts'
import type { Playbook } from '../../playbook/playbook.ts'
import type { Ask, Claim, Composer, ComposerEvent } from '../../ports/composer.ts'
import { createDecision, type Finding } from './decide.ts'
import { layOut } from './lay-out.ts'

/**
 * Answers with the passages' own sentences: no model, no network, the same text for the same evidence. A passage of
 * the playbook is printed whole where there is room, with the line that the question asks for in bold.
 */
export const createExtractiveComposer = (playbook: Playbook, vocabulary: Vocabulary): Composer => {
  const judge = createJudge(playbook, vocabulary)
  const decide = createDecision(playbook, judge)

  function* compose(ask: Ask): Generator<ComposerEvent> {
    const { computed, lacksData, limit } = ask
    if (computed?.isAnswer) {
      for (const claim of computed.claims) yield { type: 'claim', ...claim }
      return
    }
    // What is known beside the lacking data is one passage, not every part of the question.
    const facets = lacksData ? ask.facets.slice(0, 1) : ask.facets
    const notice = `${NO_DATA}\n\n`
    if (lacksData) yield { type: 'claim', text: notice, cites: [] }
    const taken = new Set<string>()
    const findings = facets.map((facet) => {
      const finding = decide(facet, taken, facets.length > 1 ? 1 : 3)
      for (const { passage } of finding.items) taken.add(passage.id)
      return finding
    })
    if (lacksData || findings.every(({ lack }) => lack !== undefined))
      yield { type: 'kind', kind: 'unanswerable' }
    yield* print(findings, lacksData ? limit - notice.length : limit, playbook, judge)
  }

  return {
    name: 'extractive',
    compose: async (ask, emit) => {
      for (const event of compose(ask)) emit(event)
      return {}
    },
  }
}

const textOf = (claims: Claim[]): string => claims.map(({ text }) => text).join('')

const linesOf = (text: string): string[] =>
  [...text.matchAll(/^- (?:\*\*)?(.+?)(?:\*\*)?$/gm)].map(([, line]) => line as string)

const isMostlyIn = (lines: string[], text: string): boolean =>
  lines.length > 0 && lines.filter((line) => text.includes(line)).length * 2 > lines.length

/** At least half of its lines say again what stands above, each in a line of its own or joined to one by an overview. */
const repeats = (text: string, printed: string[]): boolean => {
  const lines = linesOf(text)
  const again = lines.filter((line) =>
    printed.some((above) => above.includes(line) || isMostlyIn(linesOf(above), line)),
  )
  return lines.length > 0 && again.length * 2 >= lines.length
}

/** Prints the findings in order, within the limit: what comes first has the room that it needs. */
function* print(
  findings: Finding[],
  limit: number,
  playbook: Playbook,
  judge: Judge,
): Generator<ComposerEvent> {
  const said = new Set<string>()
  let room = limit
  let waiting = findings.reduce((sum, { items }) => sum + items.length, 0)
  let first = true
  const printed: string[] = []
  for (const [done, { facet, items, lack }] of findings.entries()) {
    if (lack && !said.has(lack)) {
      said.add(lack)
      const [item] = items
      const cites =
        item && /\d/.test(lack)
          ? [{ passageId: item.passage.id, quote: item.passage.body.split('\n')[0] as string }]
          : []
      yield { type: 'claim', text: `${first ? '' : '\n\n'}${lack}`, cites }
      room -= lack.length + 2
      first = false
    }
    for (const [position, item] of items.entries()) {
      // The best passage of each question may take the room of the merely close ones behind it.
      const fair = position === 0 ? room / (findings.length - done) : room / waiting
      const share = Math.floor(findings.length === 1 ? room : Math.max(fair, 240))
      waiting--
      const claims = layOut(item, {
        question: facet.text,
        months: facet.entities.months,
        entry: playbook.entry(item.passage.id),
        judge,
        room: Math.min(room, share) - 2,
        whole: position > 0,
      })
      const text = textOf(claims)
      if (text === '' || printed.includes(text) || repeats(text, printed)) continue
      printed.push(text)
      if (!first) yield { type: 'claim', text: '\n\n', cites: [] }
      first = false
      for (const claim of claims) {
        room -= claim.text.length
        yield { type: 'claim', ...claim }
      }
      room -= 6
    }
  }
}
