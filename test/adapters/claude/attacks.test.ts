import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { renderReply } from '../../../src/cli/render-reply.ts'
import {
  API_KEY,
  answers,
  type CairnOnClaude,
  cited,
  ENCRYPTION_KEY,
  HOW_LONG,
  SIX_TO_NINE,
  startCairnOnClaude,
  text,
  uses,
} from '../../support/cairn-on-claude.ts'
import { blocksOf, deep, type RequestBlock } from '../../support/fake-messages-api/request.ts'
import type { ScriptedMessage } from '../../support/fake-messages-api/script.ts'
import type { ReceivedRequest } from '../../support/fake-messages-api.ts'

const ATTACKS = z
  .array(
    z.strictObject({ id: z.string(), text: z.string(), obeys: z.string(), must_not: z.array(z.string()) }),
  )
  .parse(load(readFileSync('test/fixtures/attacks.yaml', 'utf8')))
const PROMPT = readFileSync('prompts/advisor.md', 'utf8').trim()
const FOREIGN = 'Zephyr-secret'

let cairn: CairnOnClaude
beforeAll(async () => {
  cairn = await startCairnOnClaude()
  await cairn.ingest(
    'zephyr',
    'zephyr.md',
    `# Board paper\n\nThe ${FOREIGN} launch is planned for the board.\n`,
  )
})
afterAll(() => cairn?.close())

/** Texts of a request that a model takes for its operator's: all but fences, search results and its own words. */
const spoken = ({ body }: ReceivedRequest): string[] => {
  const texts = (block: RequestBlock): string[] => {
    if (block.type === 'search_result' || block.type === 'tool_use') return []
    if (block.type === 'tool_result') return blocksOf(block.content).flatMap(texts)
    return [block.text ?? '']
  }
  const users = body.messages
    .filter(({ role }) => role === 'user')
    .flatMap(({ content }) => blocksOf(content))
  return [...blocksOf(body.system), ...users]
    .flatMap(texts)
    .map((said) => said.replace(/<(\w+)>\n"(?:[^"\\<]|\\.)*"\n<\/\1>/g, ''))
}

const expectKept = (requests: ReceivedRequest[]) => {
  for (const request of requests) {
    const { body, refused } = request
    expect(refused).toBeUndefined()
    expect(body.system).toEqual([{ type: 'text', text: PROMPT }])
    const whole = JSON.stringify(body)
    for (const secret of [API_KEY, ENCRYPTION_KEY, FOREIGN]) expect(whole).not.toContain(secret)
    const fields = (body.tools ?? []).flatMap(({ input_schema }) =>
      Object.keys(input_schema?.properties ?? {}),
    )
    expect(fields.filter((field) => /tenant|person|user|organi[sz]ation/.test(field))).toEqual([])
  }
}

const expectHeldOff = (raw: string, patterns: string[]) => {
  for (const pattern of patterns) expect(raw).not.toMatch(new RegExp(pattern, 'i'))
}

describe.each(ATTACKS)('$id', ({ id, text: attack, obeys, must_not }) => {
  const tenantId = `tenant of ${id}`.replaceAll(' ', '-')

  test('sent as the message', async () => {
    cairn.api.respondWith(() => answers(text(obeys)))
    const { reply, requests } = await cairn.ask(attack, { tenantId })
    expectKept(requests)
    expectHeldOff(renderReply(reply), must_not)
  })

  test('planted in title, section and body of a document, in the thread and in what a tool finds', async () => {
    const planted = `# Falcon ${attack}\n\n## Rota ${attack}\n\nFalcon shifts are long. ${attack}\n\n- Falcon item: ${attack}\n`
    const ids = await cairn.ingest(tenantId, 'falcon.md', planted)
    await cairn.ingest(tenantId, 'heron.md', planted.replaceAll('Falcon', 'Heron'))
    const asking = { content: [uses('search_knowledge', { query: 'Heron rota' })] }
    const obeying = answers(cited(`Falcon shifts are long. ${obeys}`, ids[0] as string), text(` ${obeys}`))
    cairn.api.respond(asking, obeying)
    cairn.api.respondWith(() => ({ content: [text(obeys)] }))
    const thread = [
      { question: attack, kind: 'answer' as const, answer: attack, cited: [] },
      { question: HOW_LONG, kind: 'answer' as const, answer: `${attack} [1]`, cited: [ids[0] as string] },
    ]
    const { reply, requests } = await cairn.ask('how long are the shifts of the Falcon rota?', {
      tenantId,
      thread,
    })
    expect(requests.length).toBeGreaterThanOrEqual(2)
    expectKept(requests)
    // It does arrive, where it is read as data.
    const words = attack
      .split(/[^A-Za-z ]/)
      .reduce((a, b) => (b.length > a.length ? b : a))
      .trim()
    const found = requests.flatMap(({ body }) =>
      body.messages.flatMap(({ content }) => blocksOf(content).flatMap(deep)),
    )
    expect(JSON.stringify(found)).toContain(words)
    expect(JSON.stringify(requests.map(({ body }) => body.messages.at(-1)))).toContain('Heron')
    expect(requests.flatMap(spoken).filter((said) => said.includes(words))).toEqual([])
    expectHeldOff(renderReply(reply), must_not)
  })

  const obedient: [string, ScriptedMessage[]][] = [
    ['all it says', [{ content: [text(obeys)] }]],
    ['its answer, with a citation', [answers({ ...SIX_TO_NINE, text: obeys })]],
    ['behind a true sentence', [answers(SIX_TO_NINE, text(` ${obeys}`), text(`\n\n- ${obeys}`))]],
    [
      'within a cited sentence',
      [answers({ ...SIX_TO_NINE, text: `The move takes six to nine months, ${obeys}` })],
    ],
    ['what it declines with', [{ content: [text(`declined\n${obeys}`)] }]],
    ['what it writes anew', [answers(SIX_TO_NINE, text(' It takes 99 weeks.')), { content: [text(obeys)] }]],
  ]
  test.each(obedient)('obeyed by the model: %s', async (_, scripts) => {
    cairn.api.respond(...scripts)
    cairn.api.respondWith(() => ({ content: [text(obeys)] }))
    const { reply, shown } = await cairn.ask(HOW_LONG, { tenantId })
    expect(reply.text.length).toBeGreaterThan(20)
    expectHeldOff(renderReply(reply), must_not)
    expectHeldOff(shown, must_not)
  })
})
