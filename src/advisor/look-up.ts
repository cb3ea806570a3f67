import type { Tool, Toolbox, ToolResult } from '../ports/toolbox.ts'

/** What a model is told of a tool call that could not be made; nothing of the reason behind it. */
export interface ToolFault {
  fault: string
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
  } catch {
    return { fault: 'The tool failed; answer from what you have.' }
  }
}
