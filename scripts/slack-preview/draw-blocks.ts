import { marked } from 'marked'

type Json = Record<string, unknown>

const escapeHtml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
const list = (value: unknown): Json[] => (Array.isArray(value) ? value : [])

/** mrkdwn is escaped already; what is left of `<…>` would be a token of Slack's, and is made to be seen. */
const mrkdwnHtml = (text: string): string =>
  text
    .replace(/<([^>\n]*)>/g, '<mark>&lt;$1&gt;</mark>')
    .replace(/`([^`\n]+)`/g, '<code>$1</code>')
    .replace(/(?<![\w*])\*([^*\n]+)\*(?![\w*])/g, '<b>$1</b>')
    .replace(/(?<![\w_])_([^_\n]+)_(?![\w_])/g, '<i>$1</i>')
    .replace(/(?<![\w~])~([^~\n]+)~(?![\w~])/g, '<s>$1</s>')
    .replace(/\n/g, '<br>')

const textHtml = (node: unknown): string => {
  const { type, text = '' } = (node ?? {}) as { type?: string; text?: string }
  return type === 'mrkdwn' ? mrkdwnHtml(text) : escapeHtml(text).replace(/\n/g, '<br>')
}

const elementHtml = (element: Json): string => {
  switch (element.type) {
    case 'button':
      return `<button class="${element.style ?? ''}">${textHtml(element.text)}</button>`
    case 'feedback_buttons':
      return ['▲', '▼'].map((icon) => `<span class="icon">${icon}</span>`).join('')
    case 'icon_button':
      return '<span class="icon">✕</span>'
    case 'plain_text_input':
      return element.multiline
        ? `<textarea>${escapeHtml(String(element.initial_value ?? ''))}</textarea>`
        : `<input value="${escapeHtml(String(element.initial_value ?? ''))}">`
    case 'number_input':
      return `<input value="${element.initial_value ?? ''}">`
    case 'radio_buttons':
    case 'checkboxes': {
      const chosen = JSON.stringify([element.initial_option, element.initial_options])
      const kind = element.type === 'checkboxes' ? 'checkbox' : 'radio'
      return list(element.options)
        .map(
          (option) =>
            `<label class="option"><input type="${kind}" ${chosen.includes(JSON.stringify(option)) ? 'checked' : ''}> ${textHtml(option.text)}</label>`,
        )
        .join('')
    }
    case 'file_input':
      return `<div class="menu">Upload a file (${String(element.filetypes)})</div>`
    default:
      return `<div class="menu">Choose ${String(element.type).replace('_select', '')} ▾</div>`
  }
}

const rowHtml = (cells: Json[], tag: 'th' | 'td', settings: Json[]): string =>
  `<tr>${cells
    .map(
      (cell, at) =>
        `<${tag} style="text-align:${settings[at]?.align ?? (cell.type === 'raw_number' ? 'right' : 'left')}">${escapeHtml(String(cell.text))}</${tag}>`,
    )
    .join('')}</tr>`

const tableHtml = ({ type, rows, column_settings, page_size, caption }: Json): string => {
  const [heading = [], ...rest] = rows as Json[][]
  const settings = list(column_settings)
  const shown = type === 'data_table' ? rest.slice(0, Number(page_size)) : rest
  const pages = type === 'data_table' ? `<div class="grey">1-${shown.length} of ${rest.length} ‹ ›</div>` : ''
  const title = type === 'data_table' ? `<caption>${escapeHtml(String(caption))}</caption>` : ''
  return `<table>${title}${rowHtml(heading, 'th', settings)}${shown.map((row) => rowHtml(row, 'td', settings)).join('')}</table>${pages}`
}

const COLOURS = ['#1264a3', '#e8912d', '#2eb67d', '#9b5fc0', '#e01e5a', '#666']
const [WIDTH, HEIGHT] = [560, 200]

const chartHtml = ({ title, chart }: Json): string => {
  const { type, series, axis_config } = chart as {
    type: string
    series: { name: string; data: { value: number }[] }[]
    axis_config: { categories: string[]; y_label?: string }
  }
  const most = Math.max(1, ...series.flatMap(({ data }) => data.map(({ value }) => value)))
  const step = WIDTH / axis_config.categories.length
  const at = (index: number, value: number) => [index * step + step / 2, HEIGHT - (value / most) * HEIGHT]
  const marks = series.map(({ data }, one) =>
    type === 'line'
      ? `<polyline fill="none" stroke-width="3" stroke="${COLOURS[one]}" points="${data.map(({ value }, index) => at(index, value).join(',')).join(' ')}"/>`
      : data
          .map(({ value }, index) => {
            const [x = 0, y = 0] = at(index, value)
            return `<rect x="${x - step / 3 + one * 14}" y="${y}" width="12" height="${HEIGHT - y}" fill="${COLOURS[one]}"/>`
          })
          .join(''),
  )
  const labels = axis_config.categories.map(
    (label, index) =>
      `<text x="${index * step + step / 2}" y="${HEIGHT + 18}" text-anchor="middle">${escapeHtml(label)}</text>`,
  )
  const legend = series.map(
    ({ name }, one) => `<span style="color:${COLOURS[one]}">●</span> ${escapeHtml(name)}`,
  )
  return `<div class="chart"><b>${escapeHtml(String(title))}</b> <span class="grey">${axis_config.y_label ?? ''}</span><svg viewBox="0 -6 ${WIDTH} ${HEIGHT + 30}">${marks.join('')}${labels.join('')}</svg><div>${legend.join(' &nbsp; ')}</div></div>`
}

const blockHtml = (block: Json): string => {
  const elements = list(block.elements)
  switch (block.type) {
    case 'markdown':
      return String(marked.parse(String(block.text)))
    case 'section':
      return `<p>${textHtml(block.text)}</p>`
    case 'header':
      return `<h2>${textHtml(block.text)}</h2>`
    case 'divider':
      return '<hr>'
    case 'context':
      return `<div class="grey">${elements.map(textHtml).join(' &nbsp; ')}</div>`
    case 'actions':
    case 'context_actions':
      return `<div class="${block.type}">${elements.map(elementHtml).join('')}</div>`
    case 'table':
    case 'data_table':
      return tableHtml(block)
    case 'data_visualization':
      return chartHtml(block)
    case 'rich_text':
      return elements
        .map(({ elements: inner }) => `<pre>${list(inner).map(textHtml).join('')}</pre>`)
        .join('')
        .replaceAll('<br>', '\n')
    case 'input': {
      const hint = block.hint ? `<div class="grey">${textHtml(block.hint)}</div>` : ''
      const optional = block.optional ? ' <span class="grey">(optional)</span>' : ''
      return `<div class="input"><b>${textHtml(block.label)}</b>${optional}${elementHtml(block.element as Json)}${hint}</div>`
    }
    default:
      return `<mark>${String(block.type)}</mark>`
  }
}

/** Blocks as HTML, drawn roughly as Slack draws them. */
export const drawBlocks = (blocks: readonly unknown[]): string =>
  blocks.map((block) => `<div class="block">${blockHtml(block as Json)}</div>`).join('')
