import type { IncomingHttpHeaders } from 'node:http'
import { blocksOf, deep, isCitable, messageBlocks, type RequestBlock, type RequestBody } from './request.ts'
import { schemaViolation } from './validate-schema.ts'

/** Why the API does not take a request. */
export interface Refusal {
  status: number
  type: string
  message: string
}

const FIELDS = new Set(
  `model max_tokens messages system tools tool_choice stop_sequences stream metadata thinking service_tier cache_control
  output_config context_management container inference_geo speed mcp_servers fallbacks`.split(/\s+/),
)
const SAMPLING = ['temperature', 'top_p', 'top_k']
const BLOCKS_OF_ONE_ROLE: Record<string, string> = {
  tool_use: 'assistant',
  thinking: 'assistant',
  tool_result: 'user',
  search_result: 'user',
  document: 'user',
  image: 'user',
}
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/
const MAX_BREAKPOINTS = 4

function* fieldViolations(body: RequestBody): Generator<string> {
  for (const field of ['model', 'max_tokens', 'messages'])
    if (body[field] === undefined) yield `${field}: Field required`
  if (!(body.max_tokens > 0)) yield 'max_tokens: must be greater than or equal to 1'
  if (!Array.isArray(body.messages) || body.messages.length === 0)
    yield 'messages: at least one message is required'
  for (const field of SAMPLING)
    if (field in body) yield `${field}: sampling parameters are not supported by this model`
  // The API would take it; servers that are only compatible ignore it, and with it the conversation.
  if ('thread' in body) yield 'thread: this server holds no threads; send thread: false'
  for (const field of Object.keys(body))
    if (!FIELDS.has(field)) yield `${field}: Extra inputs are not permitted`
}

function* toolViolations({ tools = [], output_config }: RequestBody): Generator<string> {
  const names = new Set<string>()
  for (const [index, { name, type = 'custom', input_schema, strict }] of tools.entries()) {
    const at = `tools.${index}.${type}`
    if (!TOOL_NAME.test(name)) yield `${at}.name: String should match pattern '${TOOL_NAME.source}'`
    if (names.has(name)) yield `tools: Tool names must be unique, '${name}' is not`
    names.add(name)
    if (type !== 'custom') continue
    if (input_schema?.type !== 'object') yield `${at}.input_schema.type: Input should be 'object'`
    const violation = strict && schemaViolation(input_schema)
    if (violation) yield `${at}: ${violation}`
  }
  const violation = output_config?.format && schemaViolation(output_config.format.schema)
  if (violation) yield `output_config.format.schema: ${violation}`
}

function* messageViolations(body: RequestBody): Generator<string> {
  if (body.messages[0]?.role !== 'user') yield 'messages: first message must use the "user" role'
  const ids = new Set<string>()
  for (const [index, { role, content }] of body.messages.entries()) {
    const at = `messages.${index}`
    const blocks = blocksOf(content)
    if (role !== 'user' && role !== 'assistant') yield `${at}.role: Input should be 'user' or 'assistant'`
    if (blocks.length === 0) yield `${at}: all messages must have non-empty content`
    for (const { type, citations, id = '' } of blocks) {
      if ((BLOCKS_OF_ONE_ROLE[type] ?? role) !== role)
        yield `${at}: '${type}' blocks are not permitted in ${role} messages`
      if (role === 'user' && type === 'text' && citations)
        yield `${at}: citations are not permitted in user text`
      if (type !== 'tool_use') continue
      if (ids.has(id)) yield `${at}: tool_use ids must be unique, '${id}' is not`
      ids.add(id)
    }
    yield* pairingViolations(at, blocks, blocksOf(body.messages[index - 1]?.content))
  }
  const last = body.messages.at(-1)
  if (last?.role === 'assistant')
    yield blocksOf(last.content).some(({ type }) => type === 'tool_use')
      ? 'messages: tool_use ids were found without tool_result blocks immediately after'
      : 'messages: this model does not support assistant message prefill; end with a user message'
  if (ids.size > 0 && !body.tools?.length) yield 'tools: requests with tool_use blocks must define tools'
}

/** Calls are answered by the very next message, before anything else in it, and nothing else is answered. */
function* pairingViolations(at: string, blocks: RequestBlock[], before: RequestBlock[]): Generator<string> {
  const calls = before.filter(({ type }) => type === 'tool_use').map(({ id }) => id)
  const results = blocks.filter(({ type }) => type === 'tool_result').map(({ tool_use_id }) => tool_use_id)
  const open = calls.find((id) => !results.includes(id))
  if (open) yield `${at}: tool_use ids were found without tool_result blocks immediately after: ${open}`
  const orphan = results.find((id) => !calls.includes(id))
  if (orphan) yield `${at}: unexpected tool_use_id found in tool_result blocks: ${orphan}`
  if (new Set(results).size < results.length) yield `${at}: each tool_use must have a single result`
  if (blocks.slice(0, results.length).some(({ type }) => type !== 'tool_result'))
    yield `${at}: tool_result blocks must come first in the content`
}

function* blockViolations(body: RequestBody): Generator<string> {
  const inMessages = messageBlocks(body)
  const all = [...(body.system ? blocksOf(body.system) : []).flatMap(deep), ...inMessages]
  if (all.some(({ type, text }) => type === 'text' && !text?.trim()))
    yield 'text content blocks must contain non-whitespace text'
  const sources = inMessages.filter(({ type }) => type === 'search_result' || type === 'document')
  if (sources.some((block) => block.type === 'search_result' && !block.content?.length))
    yield 'search_result: content must not be empty'
  const citable = sources.filter(isCitable).length
  if (citable > 0 && citable < sources.length)
    yield 'citations must be enabled for all search results and documents of a request, or for none'
  if (citable > 0 && body.output_config?.format) yield 'output_config.format: cannot be used with citations'
  const breakpoints = [body, ...(body.tools ?? []), ...all].filter((one) => one.cache_control).length
  if (breakpoints > MAX_BREAKPOINTS)
    yield `A maximum of ${MAX_BREAKPOINTS} blocks with cache_control may be provided. Found ${breakpoints}.`
}

function* violations(body: RequestBody): Generator<string> {
  yield* fieldViolations(body)
  yield* toolViolations(body)
  yield* messageViolations(body)
  yield* blockViolations(body)
}

/** The first thing that the API would refuse this request for. */
export const refusalOf = (headers: IncomingHttpHeaders, body: RequestBody): Refusal | undefined => {
  if (!headers.authorization?.startsWith('Bearer ') && !headers['x-api-key'])
    return { status: 401, type: 'authentication_error', message: 'x-api-key header is required' }
  const [message] = headers['anthropic-version']
    ? violations(body)
    : ['anthropic-version: header is required']
  return message === undefined ? undefined : { status: 400, type: 'invalid_request_error', message }
}
