import { BLOCKS, VIEWS } from './block-schemas.ts'

export type Surface = 'message' | 'modal' | 'home'

type Json = Record<string, unknown>
type Known = keyof typeof BLOCKS

const EVERYWHERE: Known[] = [
  'actions',
  'context',
  'divider',
  'header',
  'image',
  'input',
  'rich_text',
  'section',
]
const TAKEN: Record<Surface, readonly Known[]> = {
  message: [
    ...EVERYWHERE,
    'card',
    'carousel',
    'context_actions',
    'data_table',
    'data_visualization',
    'markdown',
    'table',
  ],
  modal: [...EVERYWHERE, 'alert'],
  home: EVERYWHERE,
}
const MOST_BLOCKS: Record<Surface, number> = { message: 50, modal: 100, home: 100 }
const MOST_TEXT = 13_200
const DIVIDER = 125
const MOST_CELLS = 10_000
const MOST_MARKDOWN = 12_000
const MOST_CHARTS = 2
const MOST_VIEW_BYTES = 250_000

const isObject = (node: unknown): node is Json =>
  typeof node === 'object' && node !== null && !Array.isArray(node)

/** Every object within, outermost first. */
const objectsIn = (node: unknown): Json[] => {
  if (Array.isArray(node)) return node.flatMap(objectsIn)
  return isObject(node) ? [node, ...Object.values(node).flatMap(objectsIn)] : []
}

const repeated = (values: unknown[]): unknown[] => values.filter((value, at) => values.indexOf(value) !== at)
const sum = (numbers: number[]): number => numbers.reduce((total, one) => total + one, 0)
/** Every string that is shown; ids and values are not. */
const textIn = (block: Json): number =>
  sum(
    objectsIn(block).map((one) =>
      sum(
        ['text', 'title', 'caption', 'alt_text', 'label', 'name', 'y_label'].map((key) =>
          typeof one[key] === 'string' ? one[key].length : 0,
        ),
      ),
    ),
  )

const shapeOf = (block: unknown, at: number, surface: Surface): string[] => {
  const type = isObject(block) ? String(block.type) : typeof block
  if (!Object.hasOwn(BLOCKS, type)) return [`block ${at}: unknown type ${type}`]
  if (!TAKEN[surface].includes(type as Known)) return [`block ${at}: ${type} does not stand in a ${surface}`]
  const { error } = BLOCKS[type as Known].safeParse(block)
  return (error?.issues ?? []).map(
    ({ path, message }) => `block ${at} (${type}) at ${path.join('.')}: ${message}`,
  )
}

const chartFaults = (block: Json): string[] => {
  const { series = [], axis_config } = block.chart as {
    series?: { name: string; data: { label: string }[] }[]
    axis_config?: { categories: string[] }
  }
  const categories = JSON.stringify(axis_config?.categories)
  return [
    ...repeated(series.map(({ name }) => name)).map((name) => `two series are called ${name}`),
    ...repeated(axis_config?.categories ?? []).map((name) => `two categories are called ${name}`),
    ...series
      .filter(({ data }) => JSON.stringify(data.map(({ label }) => label)) !== categories)
      .map(({ name }) => `the labels of ${name} are not the categories`),
  ]
}

const blockFaults = (block: Json): string[] => {
  const rows = (block.rows ?? []) as unknown[][]
  switch (block.type) {
    case 'data_visualization':
      return chartFaults(block)
    case 'section':
      return block.text || block.fields ? [] : ['a section has neither text nor fields']
    case 'image':
      return Boolean(block.image_url) === Boolean(block.slack_file) ? ['an image has one source'] : []
    case 'card':
      return ['title', 'body', 'hero_image', 'actions'].some((key) => block[key])
        ? []
        : ['a card has nothing to show']
    case 'data_table':
    case 'table':
      return [
        ...(new Set(rows.map((row) => row.length)).size > 1 ? ['rows differ in length'] : []),
        ...(block.type === 'data_table' &&
        rows[0]?.some((cell) => isObject(cell) && cell.type === 'rich_text')
          ? ['headings are rich text']
          : []),
      ]
    default:
      return []
  }
}

/** An initial option has to be one of the options, exactly. */
const choiceFaults = (block: Json): string[] =>
  objectsIn(block).flatMap((element) => {
    if (element.type === 'static_select' && Boolean(element.options) === Boolean(element.option_groups))
      return ['a select has either options or groups']
    const groups = (element.option_groups ?? []) as { options: unknown[] }[]
    const options = [
      ...((element.options ?? []) as unknown[]),
      ...groups.flatMap((group) => group.options),
    ].map((one) => JSON.stringify(one))
    return [element.initial_option, ...((element.initial_options ?? []) as unknown[])]
      .filter((chosen) => chosen !== undefined && !options.includes(JSON.stringify(chosen)))
      .map(() => 'an initial option is none of the options')
  })

const numberFaults = (block: Json): string[] =>
  objectsIn(block)
    .filter(({ type }) => type === 'number_input')
    .flatMap(({ min_value, max_value, initial_value }) => {
      const [least, most, initial] = [min_value, max_value, initial_value].map((one) =>
        one === undefined ? undefined : Number(one),
      )
      return [
        ...((least ?? -Infinity) > (most ?? Infinity) ? ['min_value is above max_value'] : []),
        ...(initial !== undefined && (initial < (least ?? -Infinity) || initial > (most ?? Infinity))
          ? ['initial_value is out of bounds']
          : []),
      ]
    })

const messageFaults = (blocks: Json[]): string[] => {
  const of = (type: string) => blocks.filter((block) => block.type === type)
  const size = sum(blocks.map(textIn)) + Math.max(0, blocks.length - 1) * DIVIDER
  const cells = sum([...of('table'), ...of('data_table')].map(({ rows }) => textIn({ rows })))
  const markdown = sum(of('markdown').map(textIn))
  return [
    ...(size > MOST_TEXT ? [`the text of all blocks is ${size}, above ${MOST_TEXT}`] : []),
    ...(cells > MOST_CELLS ? [`the text of all cells is ${cells}, above ${MOST_CELLS}`] : []),
    ...(markdown > MOST_MARKDOWN ? [`all Markdown is ${markdown}, above ${MOST_MARKDOWN}`] : []),
    ...(of('data_visualization').length > MOST_CHARTS ? [`more than ${MOST_CHARTS} charts`] : []),
    ...(of('table').length > 1 ? ['more than one table'] : []),
  ]
}

/** What Slack would refuse, or cut, of these blocks; empty when there is nothing. */
export const validateBlocks = (given: readonly unknown[], surface: Surface): string[] => {
  const blocks = given.filter(isObject)
  const actionIds = objectsIn(blocks)
    .map(({ action_id }) => action_id)
    .filter((one) => one !== undefined)
  const blockIds = blocks.map(({ block_id }) => block_id).filter((one) => one !== undefined)
  const faults = given.flatMap((block, at) => shapeOf(block, at, surface))
  return [
    ...(given.length > MOST_BLOCKS[surface] ? [`${given.length} blocks, above ${MOST_BLOCKS[surface]}`] : []),
    ...faults,
    ...repeated(actionIds).map((one) => `action_id ${one} stands twice`),
    ...repeated(blockIds).map((one) => `block_id ${one} stands twice`),
    // What is not of its shape could not be read further.
    ...(faults.length > 0
      ? []
      : [
          ...blocks.flatMap((block) => [
            ...blockFaults(block),
            ...choiceFaults(block),
            ...numberFaults(block),
          ]),
          ...(surface === 'message' ? messageFaults(blocks) : []),
        ]),
  ]
}

/** What Slack would refuse, or cut, of a message. */
export const validateMessage = ({ text, blocks }: { text: string; blocks: readonly unknown[] }): string[] => [
  ...(text.trim() === '' ? ['no text for those who do not see blocks'] : []),
  ...(text.length > 40_000 ? [`text of ${text.length}, above 40000`] : []),
  ...validateBlocks(blocks, 'message'),
]

/** What Slack would refuse of a view. */
export const validateView = (view: unknown): string[] => {
  const type = isObject(view) ? view.type : undefined
  if (type !== 'modal' && type !== 'home') return [`unknown type of view: ${String(type)}`]
  const { error } = VIEWS[type].safeParse(view)
  const { blocks = [], submit } = view as { blocks?: unknown[]; submit?: unknown }
  const hasInput = blocks.some((block) => isObject(block) && block.type === 'input')
  return [
    ...(error?.issues ?? []).map(({ path, message }) => `view at ${path.join('.')}: ${message}`),
    ...(type === 'modal' && hasInput && !submit ? ['a modal with inputs has no submit'] : []),
    ...(Buffer.byteLength(JSON.stringify(view)) > MOST_VIEW_BYTES ? ['the view is above 250 KB'] : []),
    ...validateBlocks(blocks, type),
  ]
}
