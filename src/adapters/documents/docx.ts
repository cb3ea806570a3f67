import { AppError } from '../../errors.ts'
import { htmlToMarkdown } from './html.ts'

/** Reads a Word document through its structure: headings, lists and tables stay what they are. */
export const readDocx = async (bytes: Uint8Array): Promise<string> => {
  const { default: mammoth } = await import('mammoth')
  try {
    const { value } = await mammoth.convertToHtml({ buffer: Buffer.from(bytes) })
    return htmlToMarkdown(value)
  } catch (cause) {
    throw new AppError(
      'bad_input',
      'the Word file is damaged or no .docx at all; open it in Word and save it again',
      { cause },
    )
  }
}
