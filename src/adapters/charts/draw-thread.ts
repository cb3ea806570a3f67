import { renderPng } from './render.ts'

/** What the thread does with each chart. */
export { renderPng }
