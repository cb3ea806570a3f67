/** Characters that show nothing or reorder what is shown. Emoji are joined by one of them. */
const INVISIBLE = /(?![\u200d\ufe0f])\p{Default_Ignorable_Code_Point}|(?<!\p{Emoji})[\u200d\ufe0f]/gu
/** A host that platforms make a link of even without `https://`. */
const HOST =
  /(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:com|net|org|info|biz|io|co|ai|app|dev|me|xyz|site|online|example)\b(?:\/[^\s)>\]|]*)?/gi
const LINK = /(?:https?|ftp|mailto|file|javascript|data):[^\s)>\]|]+|\bwww\.[^\s)>\]|]+/gi

/** Markup that a platform, a sheet or a template would act on: mentions, links, HTML, formulas. Returns text that only reads. */
export const disarm = (text: string, evidence = ''): string =>
  text
    .replace(INVISIBLE, '')
    .replace(/\{\{[^}]*\}\}/g, '')
    .replace(/[=+](?=[A-Z]+\()/g, '')
    .replace(/<(?:https?|mailto)[^>]*>/gi, '')
    .replace(/<[@!#][^>]*>/g, '')
    .replace(/<\/?[a-z][^>]*>/gi, '')
    .replace(/<(?=[@!#/a-z])/gi, '')
    .replace(/!?\[([^\]]*)\]\((?:[^)]*)(?:\)|$)/g, '$1')
    .replace(LINK, (link) => (evidence.includes(link) && /^https:/.test(link) ? link : ''))
    .replace(HOST, (host) => (evidence.includes(host) ? host : ''))
    .replace(/(^|\s)@(?:channel|here|everyone|all)\b/gi, '$1')
    .replace(/(^|\s)#(?=[a-z])/gi, '$1')
    .replace(/[^\S\n]{2,}/g, ' ')
