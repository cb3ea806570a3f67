import { AppError } from '../../errors.ts'
import type { DocumentLoader, LoadedDocument } from '../../ports/document-loader.ts'

/** Largest file that is read; passages of a larger one would swamp everything else. */
const LARGEST_BYTES = 50 * 1024 * 1024

/** Formats by the end of the file's name; each reader's library is loaded when its first file comes. */
const READERS: Record<string, (bytes: Uint8Array) => Promise<string>> = {
  md: async (bytes) => (await import('./text.ts')).readText(bytes),
  markdown: async (bytes) => (await import('./text.ts')).readText(bytes),
  txt: async (bytes) => (await import('./text.ts')).readText(bytes),
  html: async (bytes) => (await import('./html.ts')).readHtml(bytes),
  htm: async (bytes) => (await import('./html.ts')).readHtml(bytes),
  pdf: async (bytes) => (await import('./pdf.ts')).readPdf(bytes),
  docx: async (bytes) => (await import('./docx.ts')).readDocx(bytes),
}

/** File name without folder and format, as a title. */
const titleOf = (name: string): string => name.replace(/^.*[\\/]/, '').replace(/\.[^.]+$/, '') || name

/** Reads a company's document of any known format as Markdown. */
export const loadDocument: DocumentLoader = async (name, bytes): Promise<LoadedDocument> => {
  const extension = /\.([^.\\/]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  const read = READERS[extension]
  if (!read)
    throw new AppError(
      'bad_input',
      `its type ${extension ? `.${extension}` : '(none)'} is not known; expected md, txt, html, pdf or docx`,
    )
  if (bytes.length === 0) throw new AppError('bad_input', 'the file is empty')
  if (bytes.length > LARGEST_BYTES)
    throw new AppError(
      'bad_input',
      `it has ${Math.ceil(bytes.length / 1_048_576)} MB and the most is 50 MB; split it`,
    )
  const markdown = (await read(bytes)).replace(/<!--[\s\S]*?(?:-->|$)/g, '').trim()
  if (markdown === '') throw new AppError('bad_input', 'no text was found in it')
  return { title: titleOf(name), markdown }
}
