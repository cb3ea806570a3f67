/** What people type in chat, and what they mean by it. */
const SHORTHAND: [RegExp, string][] = [
  [/\bppl\b/gi, 'people'],
  [/\bmgrs?\b/gi, 'managers'],
  [/\bdevs\b/gi, 'developers'],
  [/\bdev\b(?!ops)/gi, 'developer'],
  [/\bengs\b/gi, 'engineers'],
  [/\beng\b/gi, 'engineering'],
  [/\bbiz\b/gi, 'business'],
  [/\bdept\b/gi, 'department'],
  [/\borgs?\b/gi, 'organization'],
  [/\binfra\b/gi, 'infrastructure'],
  [/\barch\b/gi, 'architecture'],
  [/\bdocs\b/gi, 'documentation'],
  [/\bcomms\b/gi, 'communication'],
  [/\bperf\b/gi, 'performance'],
  [/\bmgmt\b/gi, 'management'],
  [/\bexecs\b/gi, 'executives'],
  [/\byrs\b/gi, 'years'],
  [/\byr\b/gi, 'year'],
  [/\bmos\b/gi, 'months'],
  [/\brn\b/gi, 'right now'],
  [/\bw\/o\b/gi, 'without'],
  [/\bw\/(?=\s|\w)/gi, 'with '],
  [/\bb\/c\b|\bcuz\b/gi, 'because'],
  [/\bu\b/gi, 'you'],
  [/\bur\b/gi, 'your'],
  [/\bvs\b\.?/gi, 'versus'],
  [/\bknow-?how\b/gi, 'knowledge'],
]

/** The question with its shorthand written out, for searching: encoder and word index know the long forms. */
export const spellOut = (text: string): string =>
  SHORTHAND.reduce((spelled, [short, long]) => spelled.replace(short, long), text).replace(/\s+/g, ' ')
