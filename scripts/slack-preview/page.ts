import { drawBlocks } from './draw-blocks.ts'
import { messages } from './sample-messages.ts'
import { views } from './sample-views.ts'

const STYLE = `
body { font: 15px/1.46 Lato, 'DejaVu Sans', sans-serif; color: #1d1c1d; background: #f4f4f4; margin: 24px }
figure { background: #fff; margin: 0 0 24px; padding: 12px 20px; width: 680px; border: 1px solid #ddd }
figcaption { color: #888; font-size: 12px }
.message { display: grid; grid-template-columns: 44px 1fr; column-gap: 8px }
.avatar { width: 36px; height: 36px; border-radius: 6px; background: #4a154b; color: #fff; text-align: center; line-height: 36px }
.block { margin: 4px 0 8px }
.block p, .block ul, .block ol { margin: 0 0 6px }
.app { background: #eee; font-size: 10px; border-radius: 2px; padding: 0 3px; color: #616061 }
.grey { color: #616061; font-size: 13px }
.actions { display: flex; flex-wrap: wrap; gap: 8px }
button { font: bold 13px Lato, 'DejaVu Sans', sans-serif; background: #fff; border: 1px solid #bbb; border-radius: 4px; padding: 5px 12px }
button.primary { background: #007a5a; color: #fff }
button.danger { background: #e01e5a; color: #fff }
.icon { border: 1px solid #ddd; border-radius: 12px; padding: 1px 10px; margin-right: 6px; font-size: 13px }
code { background: #f4f4f4; color: #c0144c; border: 1px solid #ddd; border-radius: 3px; padding: 0 3px; font-size: 13px }
pre { background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; padding: 8px; margin: 0; font: 12px/1.5 'DejaVu Sans Mono', monospace; overflow-x: auto }
table { border-collapse: collapse; font-size: 14px }
caption { white-space: nowrap; text-align: left; font-weight: bold }
th, td { border: 1px solid #ddd; padding: 4px 10px }
th { background: #f8f8f8 }
h2 { font-size: 18px; margin: 8px 0 0 }
hr { border: 0; border-top: 1px solid #ddd }
.chart { border: 1px solid #ddd; border-radius: 6px; padding: 10px }
.chart text { font-size: 12px; fill: #616061 }
.modal { width: 520px }
.modal h1 { font-size: 20px; margin: 0 0 8px }
.modal footer { text-align: right; border-top: 1px solid #ddd; padding-top: 10px }
.input input:not([type]), textarea, .menu { display: block; width: 100%; box-sizing: border-box; border: 1px solid #999; border-radius: 4px; padding: 6px; min-height: 34px; font: inherit }
.option { display: block }
mark { background: #ffd1d1 }
`

interface View {
  type: string
  blocks: readonly unknown[]
  title?: { text: string }
  submit?: { text: string }
  close?: { text: string }
}

const figure = (name: string, body: string, kind = ''): string =>
  `<figure id="${name.replaceAll(' ', '-')}" class="${kind}"><figcaption>${name}</figcaption>${body}</figure>`

const drawMessage = (blocks: readonly unknown[], hasImage: boolean): string =>
  `<div class="message"><div class="avatar">C</div><div><b>Cairn</b> <span class="app">APP</span> <span class="grey">10:42</span>${drawBlocks(blocks)}${hasImage ? '<div class="chart grey">(the image follows)</div>' : ''}</div></div>`

const drawView = (name: string, { type, title, submit, close, blocks }: View): string => {
  if (type === 'home') return figure(name, drawBlocks(blocks))
  const buttons = [
    close && `<button>${close.text}</button>`,
    submit && `<button class="primary">${submit.text}</button>`,
  ]
  return figure(
    name,
    `<h1>${title?.text}</h1>${drawBlocks(blocks)}<footer>${buttons.filter(Boolean).join(' ')}</footer>`,
    'modal',
  )
}

/** All samples on one page. */
export const previewPage = (): string => {
  const shown = [
    ...Object.entries(messages()).map(([name, message]) =>
      figure(name, drawMessage(message.blocks, 'image' in message && message.image !== undefined)),
    ),
    ...Object.entries(views()).map(([name, view]) => drawView(name, view)),
  ]
  return `<!doctype html><meta charset="utf-8"><title>Cairn in Slack</title><style>${STYLE}</style>${shown.join('\n')}`
}
