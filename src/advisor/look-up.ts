import { ComposerError } from '../ports/composer.ts'
import type { Tool, Toolbox, ToolResult } from '../ports/toolbox.ts'

/** What a model is told of a tool call that could not be made; nothing of the reason behind it. */
export interface ToolFault {
  fault: string
  /** For the operator, when the tool itself failed. */
  failure?: ComposerError
}

/** Runs a tool that a model called. Whatever it sent, it gets a result or a sentence that says what to do. */
export const lookUp = async (
  tools: Toolbox,
  name: string,
  input: unknown,
): Promise<{ tool: Tool; result: ToolResult } | ToolFault> => {
  const tool = tools.find((known) => known.name === name)
  if (!tool)
    return { fault: `There is no tool ${JSON.stringify(name.slice(0, 40))}; answer from what you have.` }
  const { success, data, error } = tool.input.safeParse(input)
  if (!success) {
    const [issue] = error.issues
    return {
      fault: `The input does not fit: ${issue?.path.join('.') || 'it'}: ${issue?.message}. Correct it.`,
    }
  }
  try {
    return { tool, result: await tool.run(data) }
  } catch (cause) {
    const failure = new ComposerError(
      `The tool ${name} failed, and the answer goes on without it; if it happens often, please report it`,
      { cause },
    )
    return { fault: 'The tool failed; answer from what you have.', failure }
  }
}
