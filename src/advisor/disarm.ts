const LINK = /(?:https?|ftp|mailto|file|javascript|data):[^\s)>\]|]+|\bwww\.[^\s)>\]|]+/gi

/** Markup that a platform would act on: mentions, links, HTML. Returns text that only reads. */
export const disarm = (text: string, evidence = ''): string =>
  text
    .replace(/<(?:https?|mailto)[^>]*>/gi, '')
    .replace(/<[@!#][^>]*>/g, '')
    .replace(/<\/?[a-z][^>]*>/gi, '')
    .replace(/<(?=[@!#])/g, '')
    .replace(/!?\[([^\]]*)\]\((?:[^)]*)\)/g, '$1')
    .replace(LINK, (link) => (evidence.includes(link) && /^https:/.test(link) ? link : ''))
    .replace(/(^|\s)@(?:channel|here|everyone|all)\b/gi, '$1')
    .replace(/[^\S\n]{2,}/g, ' ')
