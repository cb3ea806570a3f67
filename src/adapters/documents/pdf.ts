import { AppError } from '../../errors.ts'

/** Reads the text of a PDF, each page under a heading of its own. */
export const readPdf = async (bytes: Uint8Array): Promise<string> => {
  const { extractText, getDocumentProxy } = await import('unpdf')
  let pages: string[]
  try {
    const { text } = await extractText(await getDocumentProxy(Uint8Array.from(bytes), { verbosity: 0 }), {
      mergePages: false,
    })
    pages = text
  } catch (cause) {
    const locked = cause instanceof Error && /password/i.test(`${cause.name} ${cause.message}`)
    throw new AppError(
      'bad_input',
      locked ? 'the PDF is locked by a password; save it without one' : 'the PDF is damaged or no PDF at all',
      { cause },
    )
  }
  if (pages.every((page) => page.trim() === ''))
    throw new AppError(
      'bad_input',
      'the PDF holds no text, only images; run text recognition (OCR) on it first',
    )
  return pages.map((page, index) => `# Page ${index + 1}\n\n${page.trim()}`).join('\n\n')
}
