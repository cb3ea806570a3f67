import { createInterface } from 'node:readline'

/** Where a command reads and writes: this process's streams, or those of a command line on the other end of a socket. */
export interface Terminal {
  /** Writes one line of the command's result. */
  line(text: string): void
  /** Writes progress or an error for the person; never part of the result. */
  notice(text: string): void
  /** Shows a line that the next one replaces, where the terminal can; else every so often a line. */
  progress(text: string): void
  /** Lines that the person types, until the input ends; `prompt` is shown before each. */
  read(prompt: string): AsyncIterable<string>
  /** Folder that relative paths start from. */
  readonly folder: string
}

/** The terminal of this process. */
export const processTerminal = (): Terminal => {
  let open = false
  const close = () => {
    if (open) process.stderr.write('\r\u001b[2K')
    open = false
  }
  return {
    folder: process.cwd(),
    line: (text) => {
      close()
      process.stdout.write(`${text}\n`)
    },
    notice: (text) => {
      close()
      process.stderr.write(`${text}\n`)
    },
    progress: (text) => {
      if (!process.stderr.isTTY) return
      process.stderr.write(`\r\u001b[2K${text}`)
      open = true
    },
    async *read(prompt) {
      const lines = createInterface({
        input: process.stdin,
        ...(process.stdin.isTTY ? { output: process.stderr } : {}),
        prompt,
      })
      let ended = false
      lines.once('close', () => {
        ended = true
      })
      lines.prompt()
      for await (const line of lines) {
        yield line
        if (!ended) lines.prompt()
      }
    },
  }
}
