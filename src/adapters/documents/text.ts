import { AppError } from '../../errors.ts'

/** Share of control characters above which bytes are taken as no text. */
const BINARY = 0.01

const decode = (bytes: Uint8Array): string => {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** Reads plain text or Markdown in UTF-8, UTF-16 or Windows-1252. @throws AppError when the bytes are no text. */
export const readText = async (bytes: Uint8Array): Promise<string> => {
  const text = decode(bytes)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what gives binary data away
  const controls = text.match(/[\u0000-\u0008\u000e-\u001f]/g)?.length ?? 0
  if (controls > text.length * BINARY)
    throw new AppError('bad_input', 'it holds binary data, not text; convert it or name the right file')
  return text
}
