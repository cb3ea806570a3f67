import type { Anthropic } from '@anthropic-ai/sdk'

/** Where Claude is reached. */
export interface ClaudeAccess {
  /** Through Anthropic or a server that speaks its API, Amazon Bedrock or Google Vertex. */
  through: 'anthropic' | 'bedrock' | 'vertex'
  apiKey?: string | undefined
  baseUrl?: string | undefined
  /** Of Bedrock or Vertex. */
  region?: string | undefined
  /** Of Vertex. */
  project?: string | undefined
}

const TO_HEADERS_MS = 60_000

/**
 * Makes a client without retries of its own, loading what it needs only now. Bedrock and Vertex find their credentials
 * as their own command lines do.
 */
export const createClaudeClient = async (access: ClaudeAccess): Promise<Pick<Anthropic, 'messages'>> => {
  const options = {
    maxRetries: 0,
    timeout: TO_HEADERS_MS,
    ...(access.baseUrl === undefined ? {} : { baseURL: access.baseUrl }),
  }
  if (access.through === 'bedrock') {
    const { AnthropicBedrock } = await import('@anthropic-ai/bedrock-sdk')
    return new AnthropicBedrock({
      ...options,
      ...(access.region ? { awsRegion: access.region } : {}),
    }) as unknown as Pick<Anthropic, 'messages'>
  }
  if (access.through === 'vertex') {
    const { AnthropicVertex } = await import('@anthropic-ai/vertex-sdk')
    return new AnthropicVertex({
      ...options,
      region: access.region ?? 'global',
      ...(access.project ? { projectId: access.project } : {}),
    }) as unknown as Pick<Anthropic, 'messages'>
  }
  const { Anthropic: Client } = await import('@anthropic-ai/sdk')
  return new Client({ ...options, apiKey: access.apiKey ?? null })
}
