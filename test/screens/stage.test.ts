import { describe, expect, test } from 'vitest'
import { tableSchema } from '../../src/conversation/table.ts'
import { aWorld, filled, shown } from '../support/screens.ts'

const { screens, actor, options } = await aWorld()
const someone = actor('member')
const placed = async (text: string) => shown(await screens.command(someone, `stage ${text}`), 'reply').reply

describe('where figures stand', () => {
  test('text, table and sources', async () => {
    const reply = await placed('23 developers, $4.2M ARR, month 30')
    expect(reply.kind).toBe('answer')
    expect(reply.text).toBe(
      [
        '23 developers is stage 3 (medium team, 8-25 developers). [1]',
        'By ARR that is phase 1 (Foundation, $0 to $5M ARR, months 1-18). [2]',
        'For month 30 the plan schedules phase 2 (Growth, $5M to $25M ARR, months 19-36). [3]',
      ].join('\n'),
    )
    expect(reply.caveats).toEqual([
      expect.stringMatching(/^Transition zone: 23 is close to the boundary of 25/),
      'ARR is behind the schedule of the phases.',
    ])
    expect(reply.table?.rows).toEqual([
      [
        'Developers',
        '23',
        'stage 3 (medium team, 8-25 developers)',
        'to stage 4 (large team, 25-75 developers)',
      ],
      ['ARR', '$4.2M', 'phase 1 (Foundation, $0 to $5M ARR, months 1-18)', 'no'],
      ['Month', '30', 'phase 2 (Growth, $5M to $25M ARR, months 19-36)', 'no'],
    ])
    expect(tableSchema.safeParse(reply.table).success).toBe(true)
    for (const { passageId, quote } of reply.citations)
      expect(options.playbook.entry(passageId)?.body).toContain(quote)
  })

  test.each([
    ['40 engineers', ['stage 4']],
    ['we have 5 devs and $12m ARR', ['stage 2', 'phase 2']],
    ['month 40', ['phase 3']],
    ['12M ARR, month 20', ['phase 2', 'phase 2']],
  ])('%s: %j', async (text, where) => {
    const { table, citations } = await placed(text)
    expect(table?.rows.map(([, , place]) => String(place).slice(0, 7))).toEqual(where)
    expect(citations).toHaveLength(new Set(where).size)
  })

  test('without figures there is a form', async () => {
    const { form } = shown(await screens.command(someone, 'stage'), 'form')
    expect(form.fields).toMatchObject([
      { kind: 'number', name: 'developers', optional: true },
      { kind: 'number', name: 'arr', optional: true },
      { kind: 'number', name: 'month', optional: true },
    ])
    const { reply } = shown(
      await screens.submit(
        form.action,
        someone,
        form.value,
        filled({ developers: '23', arr: '4200000', month: ' ' }),
      ),
      'reply',
    )
    expect(reply.table?.rows).toHaveLength(2)
  })

  test.each([
    'hello',
    'many developers',
    '0 developers',
    'x'.repeat(50_000),
    '$'.repeat(5_000),
    '{"developers": 3',
  ])('a text without figures is told what to write, and offered the form', async (text) => {
    const { text: told, buttons } = shown(await screens.command(someone, `stage ${text}`), 'note')
    expect(told).toContain('stage 23 developers')
    const [button] = buttons ?? []
    expect(await screens.act(button?.action ?? '', someone, button?.value ?? '')).toMatchObject({
      show: 'form',
    })
  })

  test.each([
    [{}, { developers: 'Fill in at least one of the three figures.' }],
    [{ developers: '0' }, { developers: 'Expected a whole number from 1 to 100,000, without separators.' }],
    [{ developers: '2.5' }, { developers: expect.stringMatching(/whole number/) }],
    [{ developers: '1e3' }, { developers: expect.anything() }],
    [{ developers: '0x10' }, { developers: expect.anything() }],
    [{ developers: '9'.repeat(400) }, { developers: expect.anything() }],
    [
      { arr: '-1', month: 'soon' },
      { arr: expect.anything(), month: expect.anything() },
    ],
    [{ arr: '4,200,000' }, { arr: expect.stringMatching(/without separators/) }],
    [{ arr: 'NaN' }, { arr: expect.anything() }],
  ])('the form refuses %j', async (values, errors) => {
    expect(await screens.submit('stage', someone, '', filled(values))).toEqual({ show: 'errors', errors })
  })

  test('figures that are placed nowhere on one axis leave the others', async () => {
    const reply = shown(await screens.submit('stage', someone, '', filled({ arr: '0' })), 'reply').reply
    expect(reply.text).toMatch(/phase 1/)
  })
})
