import type { z } from 'zod'
import type { Passage } from './knowledge-store.ts'

/** What a tool found: passages to cite, and statements that code computed. */
export interface ToolResult {
  passages: Passage[]
  computed: string[]
}

/**
 * Something that may be looked up. Tools only read, and are bound to the tenant and the person who asks when they are
 * made: no input names either.
 */
export interface Tool<Input extends z.ZodObject = z.ZodObject> {
  name: string
  description: string
  input: Input
  run(input: z.infer<Input>): Promise<ToolResult>
}

/** The tools of one turn. */
export type Toolbox = readonly Tool[]
