/** The parts of a request that the fake looks at, as they come from outside: `validate.ts` has the last word. */
export interface RequestBody {
  model: string
  max_tokens: number
  messages: { role: string; content: string | RequestBlock[] }[]
  system?: string | RequestBlock[]
  tools?: RequestTool[]
  output_config?: { format?: { schema: object } | null }
  cache_control?: object | null
  stream?: boolean
  [field: string]: unknown
}

export interface RequestTool {
  name: string
  type?: string
  strict?: boolean
  input_schema?: { type?: string; [keyword: string]: unknown }
  cache_control?: object | null
}

export interface RequestBlock {
  type: string
  text?: string
  id?: string
  tool_use_id?: string
  title?: string | null
  source?: string | { type: string; content?: string | RequestBlock[] }
  content?: string | RequestBlock[]
  citations?: { enabled?: boolean } | object[] | null
  cache_control?: object | null
}

/** A text in the place of blocks is one block. */
export const blocksOf = (content: string | RequestBlock[] | undefined): RequestBlock[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? [])

/** The blocks that a block is made of: of a tool result, a search result, or a document with custom content. */
export const innerBlocks = (block: RequestBlock): RequestBlock[] =>
  block.type === 'document' && typeof block.source === 'object'
    ? blocksOf(block.source.content)
    : blocksOf(block.content)

/** The block, and everything in it. */
export const deep = (block: RequestBlock): RequestBlock[] => [block, ...innerBlocks(block).flatMap(deep)]

/** Every block of every message, in the order in which search results and documents are numbered. */
export const messageBlocks = (body: RequestBody): RequestBlock[] =>
  body.messages.flatMap(({ content }) => blocksOf(content).flatMap(deep))

/** Whether the model may cite this search result or document. */
export const isCitable = ({ citations }: RequestBlock): boolean =>
  citations != null && 'enabled' in citations && citations.enabled === true
