import { createHash } from 'node:crypto'
import { disarm } from '../advisor/disarm.ts'
import type { Card, Form } from '../conversation/card.ts'
import { cutText } from '../conversation/cut-text.ts'
import { AUDIENCES, type Audience } from '../conversation/people.ts'
import type { IngestResult } from '../knowledge/ingest.ts'
import type { KnowledgeDocument } from '../ports/knowledge-store.ts'

const ENDINGS = ['md', 'txt', 'html', 'pdf', 'docx'] as const
const LONGEST_TITLE = 120

const WHOM: Record<Audience, string> = {
  everyone: 'everyone in the organization',
  managers: 'managers, executives and admins',
  executives: 'executives and admins',
}

/** Asks for files, and for whom they are: nobody sees a document because it was forgotten to say. */
export const ADD_FORM: Form = {
  action: 'add_document',
  value: '',
  title: 'Add a document',
  submit: 'Add',
  text: 'Answers will cite it to whoever may see it. The same name again replaces what was there. In a channel, only documents for everyone are cited; where guests read along, none.',
  fields: [
    {
      kind: 'file',
      name: 'file',
      label: 'File',
      hint: 'Markdown, text, HTML, PDF or Word; 50 MB at most',
      endings: ENDINGS,
    },
    {
      kind: 'choice',
      name: 'audience',
      label: 'Who may see it?',
      options: AUDIENCES.map((value) => ({ value, label: `${value}: ${WHOM[value]}` })),
    },
  ],
}

/** Names a document on a button: short, and without the path on the machine that it was read from. */
export const keyOf = ({ id }: Pick<KnowledgeDocument, 'id'>): string =>
  createHash('sha256').update(id).digest('hex').slice(0, 16)

export const titleOf = ({ title }: Pick<KnowledgeDocument, 'title'>): string =>
  cutText(disarm(title).trim(), LONGEST_TITLE) || 'A document without a name'

/** A document on the screen of someone who may see it. */
export const documentCard = (document: KnowledgeDocument, mayRemove: boolean): Card => {
  const title = titleOf(document)
  return {
    id: `document:${keyOf(document)}`,
    title,
    text: `For ${WHOM[document.audience]}.`,
    buttons: mayRemove
      ? [
          {
            action: 'remove_document',
            value: keyOf(document),
            label: 'Remove',
            style: 'danger',
            confirm: {
              title: 'Remove this document?',
              text: `Answers will no longer cite "${title}". Cairn keeps no copy of the file; it can be added again.`,
              yes: 'Remove',
            },
          },
        ]
      : [],
  }
}

/** What became of a file, in a sentence. */
export const told = ({ path, outcome, passages, audience, reason }: IngestResult): string => {
  const name = disarm(path)
  const forWhom = audience ? `, for ${WHOM[audience]}` : ''
  switch (outcome) {
    case 'added':
      return `Added ${name}: ${passages} passages${forWhom}.`
    case 'replaced':
      return `Replaced ${name}: ${passages} passages${forWhom}.`
    case 'reassigned':
      return `${name} has the same text as before; it is now for ${WHOM[audience ?? 'everyone']}.`
    case 'failed':
      return `${name} was not added: ${reason}.`
    default:
      return `${name} is there already, with the same text${forWhom}.`
  }
}
