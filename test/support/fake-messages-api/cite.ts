import type { BetaTextCitation } from '@anthropic-ai/sdk/resources/beta/messages/messages'
import { innerBlocks, isCitable, messageBlocks, type RequestBlock, type RequestBody } from './request.ts'
import type { ScriptedCitation } from './script.ts'

const range = (block: RequestBlock | undefined, given: ScriptedCitation & { from: number; to: number }) => {
  const blocks = block && isCitable(block) ? innerBlocks(block).slice(given.from, given.to) : []
  if (blocks.length === 0 || blocks.length < given.to - given.from)
    throw new Error(`the script cites ${JSON.stringify(given)}, which is not in the request or not citable`)
  return {
    cited_text: blocks.map(({ text }) => text).join(''),
    start_block_index: given.from,
    end_block_index: given.to,
  }
}

/** The citation as the API sends it: numbers count all search results, or documents, of the request. */
export const cite = (body: RequestBody, given: ScriptedCitation): BetaTextCitation => {
  if ('type' in given) return given
  const blocks = messageBlocks(body)
  if ('document' in given) {
    const document = blocks.filter(({ type }) => type === 'document')[given.document]
    return {
      type: 'content_block_location',
      ...range(document, given),
      document_index: given.document,
      document_title: document?.title ?? null,
      file_id: null,
    }
  }
  const results = blocks.filter(({ type }) => type === 'search_result')
  const index = 'index' in given ? given.index : results.findIndex(({ source }) => source === given.source)
  const result = results[index]
  return {
    type: 'search_result_location',
    ...range(result, given),
    search_result_index: index,
    source: String(result?.source),
    title: result?.title ?? null,
  }
}
