import TurndownService from 'turndown'
import { readText } from './text.ts'

const UNREAD = [
  'title',
  'script',
  'style',
  'noscript',
  'template',
  'iframe',
  'object',
  'embed',
  'nav',
  'form',
  'button',
  'svg',
  'canvas',
] as const

/** What is asked of an element of the page. */
interface Attributes {
  getAttribute(name: string): string | null
}

/** Text that a page hides from its readers is hidden from the advisor too. */
const isHidden = (node: Attributes): boolean =>
  node.getAttribute('hidden') !== null ||
  node.getAttribute('aria-hidden') === 'true' ||
  /display:\s*none|visibility:\s*hidden|font-size:\s*0/i.test(node.getAttribute('style') ?? '')

/** Turns HTML into Markdown: headings, lists and text; no scripts, no hidden text, links as their words. */
export const htmlToMarkdown = (html: string): string => {
  const turndown = new TurndownService({
    headingStyle: 'atx',
    bulletListMarker: '-',
    codeBlockStyle: 'fenced',
  })
  turndown.remove([...UNREAD] as never)
  turndown.addRule('hidden', {
    filter: (node) => node.nodeType === 1 && isHidden(node as unknown as Attributes),
    replacement: () => '',
  })
  turndown.addRule('words of links', { filter: 'a', replacement: (content) => content })
  turndown.addRule('no images', { filter: 'img', replacement: () => '' })
  turndown.addRule('table cells', { filter: ['td', 'th'], replacement: (content) => `${content.trim()} | ` })
  turndown.addRule('table rows', {
    filter: 'tr',
    replacement: (content) => `- ${content.replace(/ \| $/, '').trim()}\n`,
  })
  return turndown.turndown(html.replace(/<!--[\s\S]*?(?:-->|$)/g, ''))
}

export const readHtml = async (bytes: Uint8Array): Promise<string> => htmlToMarkdown(await readText(bytes))
