import { loadUseLite } from './use-lite.ts'

const { embedDocuments } = await loadUseLite()

/** What the thread does with each list of texts. */
export { embedDocuments }
