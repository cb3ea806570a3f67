import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { previewPage } from './slack-preview/page.ts'

// Draws sample replies and screens roughly as Slack does, on one page, and takes a picture of each: what a change to
// the rendering looks like. The folder is the first word of the command line.
const folder = resolve(process.argv[2] ?? join(tmpdir(), 'cairn-slack-preview'))
await mkdir(folder, { recursive: true })
const page = join(folder, 'index.html')
await writeFile(page, previewPage())

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
try {
  const tab = await browser.newPage({ viewport: { width: 760, height: 900 }, deviceScaleFactor: 1.25 })
  await tab.goto(pathToFileURL(page).href)
  for (const figure of await tab.locator('figure').all())
    await figure.screenshot({ path: join(folder, `${await figure.getAttribute('id')}.png`) })
  await tab.screenshot({ path: join(folder, 'all.png'), fullPage: true })
} finally {
  await browser.close()
}
process.stdout.write(`${page}\n`)
