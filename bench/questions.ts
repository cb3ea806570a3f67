import { existsSync, readFileSync } from 'node:fs'
import { normalizeForMatch } from '../src/evaluation/score.ts'

/** A question whose answer is recognized by patterns that all must match. */
export interface BenchQuestion {
  question: string
  must: string[]
}

export const readQuestions = (path: string): BenchQuestion[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as BenchQuestion)

/** Whether the first `k` texts, each cut at 1,000 characters, hold all that the answer needs. */
export const holds = ({ must }: BenchQuestion, texts: string[], k: number): boolean => {
  const evidence = texts
    .slice(0, k)
    .map((text) => normalizeForMatch(text.slice(0, 1_000)))
    .join('\n')
  return must.every((pattern) => new RegExp(pattern, 'i').test(evidence))
}

/** A public test collection: documents, queries, and which documents are relevant to which query. */
export interface Collection {
  name: string
  documents: { id: string; text: string }[]
  queries: { id: string; text: string }[]
  relevant: Map<string, Map<string, number>>
}

const records = (text: string): { id: string; fields: Map<string, string> }[] =>
  text
    .split(/^\.I +/m)
    .slice(1)
    .map((record) => {
      const [id = '', ...rest] = record.split('\n')
      const fields = new Map<string, string>()
      let name = ''
      for (const line of rest) {
        const field = /^\.([A-Z])\s*$/.exec(line)
        if (field) name = field[1] as string
        else if (name) fields.set(name, `${fields.get(name) ?? ''}${line}\n`)
      }
      return { id: id.trim(), fields }
    })

const bodyOf = (fields: Map<string, string>): string =>
  `${fields.get('T') ?? ''}\n${fields.get('W') ?? ''}`.trim()

/** Reads the Cranfield and CISI collections below a folder, those that are there. */
export const readCollections = (folder: string): Collection[] => {
  const read = (path: string) => readFileSync(`${folder}/${path}`, 'utf8')
  const found: Collection[] = []
  if (existsSync(`${folder}/cranfield/cran.qry`)) {
    const relevant = new Map<string, Map<string, number>>()
    for (const line of read('cranfield/cranqrel').trim().split('\n')) {
      const [query = '', document = '', code] = line.trim().split(/\s+/)
      if (Number(code) < 1) continue
      relevant.set(query, (relevant.get(query) ?? new Map()).set(document, 1))
    }
    found.push({
      name: 'Cranfield',
      documents: records(read('cranfield/cran.all.1400')).map(({ id, fields }) => ({
        id,
        text: bodyOf(fields),
      })),
      // The judgments count queries by position, not by the number that stands in the file.
      queries: records(read('cranfield/cran.qry')).map(({ fields }, position) => ({
        id: String(position + 1),
        text: bodyOf(fields),
      })),
      relevant,
    })
  }
  if (existsSync(`${folder}/cisi/CISI.QRY`)) {
    const relevant = new Map<string, Map<string, number>>()
    for (const line of read('cisi/CISI.REL').trim().split('\n')) {
      const [query = '', document = ''] = line.trim().split(/\s+/)
      relevant.set(query, (relevant.get(query) ?? new Map()).set(document, 1))
    }
    found.push({
      name: 'CISI',
      documents: records(read('cisi/CISI.ALL')).map(({ id, fields }) => ({ id, text: bodyOf(fields) })),
      queries: records(read('cisi/CISI.QRY')).map(({ id, fields }) => ({ id, text: bodyOf(fields) })),
      relevant,
    })
  }
  return found
}

/** Normalized discounted cumulative gain of the first ten. */
export const ndcg10 = (ranking: string[], relevant: ReadonlyMap<string, number>): number => {
  const gain = (values: number[]) =>
    values.slice(0, 10).reduce((sum, value, rank) => sum + value / Math.log2(rank + 2), 0)
  const ideal = gain([...relevant.values()].sort((a, b) => b - a))
  return ideal > 0 ? gain(ranking.map((id) => relevant.get(id) ?? 0)) / ideal : 0
}
