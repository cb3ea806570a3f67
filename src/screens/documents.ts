import { z } from 'zod'
import type { Button, Card } from '../conversation/card.ts'
import { AUDIENCES, type Audience } from '../conversation/people.ts'
import { chatDocumentId } from '../knowledge/chat-documents.ts'
import type { IngestResult } from '../knowledge/ingest.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import type { KnowledgeDocument, KnowledgeStore } from '../ports/knowledge-store.ts'
import { type AdminsOnly, isAdmin } from './admins.ts'
import { ADD_FORM, documentCard, keyOf, titleOf, told } from './document-cards.ts'
import { chosen, readFilled } from './filled.ts'
import { ownAudiences } from './may-see.ts'
import { changed, note } from './note.ts'
import type { Actor, Feature, Outcome, UploadedFile } from './screens.ts'

const MOST_FILES = 10
/** Documents on one page of the list, and on the home screen. */
const PAGE = 20
const ON_HOME = 5

const addition = z.object({ audience: chosen(AUDIENCES) })

const ADD: Button = { action: 'add_document', value: '', label: 'Add a document', style: 'primary' }

export interface DocumentsOptions {
  knowledge: Pick<KnowledgeStore, 'documents'>
  addDocument(tenantId: string, name: string, bytes: Uint8Array, audience: Audience): Promise<IngestResult>
  removeDocument(tenantId: string, documentId: string): Promise<boolean>
  audit: Pick<AuditLog, 'record'>
  adminsOnly: AdminsOnly
}

/** The organization's own documents: everyone lists those that they may see, admins add and remove them. */
export const createDocuments = ({
  knowledge,
  addDocument,
  removeDocument,
  audit,
  adminsOnly,
}: DocumentsOptions): Feature => {
  const ownOf = async (tenantId: string) =>
    (await knowledge.documents(tenantId)).filter(({ origin }) => origin === 'file')
  const seenBy = async (actor: Actor): Promise<KnowledgeDocument[]> => {
    const audiences = ownAudiences(actor)
    return (await ownOf(actor.tenantId)).filter(({ audience }) => audiences.includes(audience))
  }
  const listButton = (page: number, label: string): Button => ({
    action: 'documents',
    value: String(page),
    label,
  })

  const homeCards = async (actor: Actor): Promise<Card[]> => {
    const documents = await seenBy(actor)
    const count = documents.length === 1 ? 'One document is' : `${documents.length} documents are`
    const head: Card = {
      id: 'documents',
      title: "Your organization's documents",
      text:
        documents.length === 0
          ? 'There are none yet. Answers cite what you add here beside the shared knowledge base.'
          : `${count} cited beside the shared knowledge base.`,
      buttons: [ADD, ...(documents.length > ON_HOME ? [listButton(0, 'Show all')] : [])],
    }
    return [head, ...documents.slice(0, ON_HOME).map((document) => documentCard(document, true))]
  }

  const listPage = async (actor: Actor, asked: number): Promise<Outcome> => {
    const documents = await seenBy(actor)
    if (documents.length === 0)
      return {
        show: 'note',
        text: 'There are no documents of your organization that you may see.',
        ...(isAdmin(actor) ? { buttons: [ADD] } : {}),
      }
    const page = Math.min(asked, Math.ceil(documents.length / PAGE) - 1)
    const shown = documents.slice(page * PAGE, (page + 1) * PAGE)
    const isLast = documents.length <= (page + 1) * PAGE
    const head: Card = {
      id: 'documents',
      title: "Your organization's documents",
      text: `${page * PAGE + 1} to ${page * PAGE + shown.length} of ${documents.length}`,
      buttons: [
        ...(isAdmin(actor) ? [ADD] : []),
        ...(page > 0 ? [listButton(page - 1, 'Back')] : []),
        ...(isLast ? [] : [listButton(page + 1, 'More')]),
      ],
    }
    const cards = shown.map((document) => documentCard(document, isAdmin(actor)))
    return { show: 'panel', panel: { title: 'Documents', cards: [head, ...cards] } }
  }

  const addFiles = async (actor: Actor, files: UploadedFile[], audience: Audience): Promise<Outcome> => {
    const results: IngestResult[] = []
    for (const { name, bytes } of files) {
      const result = await addDocument(actor.tenantId, name, bytes, audience)
      results.push(result)
      const { outcome, passages } = result
      if (outcome !== 'failed' && outcome !== 'unchanged')
        await audit.record(actor.tenantId, {
          personId: actor.person.personId,
          action: 'document.added',
          subject: chatDocumentId(name),
          detail: { outcome, passages, audience },
        })
    }
    const text = results.map(told).join('\n')
    return results.every(({ outcome }) => outcome === 'failed')
      ? { show: 'errors', errors: { file: text } }
      : changed(text)
  }

  return {
    cards: async (actor) => (isAdmin(actor) ? homeCards(actor) : []),
    actions: {
      documents: (actor, page) => listPage(actor, /^\d{1,4}$/.test(page) ? Number(page) : 0),
      add_document: (actor) => adminsOnly(actor, async () => ({ show: 'form', form: ADD_FORM })),
      remove_document: (actor, key) =>
        adminsOnly(actor, async () => {
          const { tenantId, person } = actor
          const document = (await ownOf(tenantId)).find((own) => keyOf(own) === key)
          if (!document || !(await removeDocument(tenantId, document.id)))
            return note('That document is not there any more.')
          await audit.record(tenantId, {
            personId: person.personId,
            action: 'document.removed',
            subject: document.id,
          })
          return changed(`Removed ${titleOf(document)}. Cairn kept no copy; it can be added again.`)
        }),
    },
    submissions: {
      add_document: (actor, _, filled) =>
        adminsOnly(actor, async () => {
          const { data, wrong } = readFilled(addition, filled)
          if (wrong) return wrong
          if (filled.files.length === 0) return { show: 'errors', errors: { file: 'Choose a file.' } }
          if (filled.files.length > MOST_FILES)
            return { show: 'errors', errors: { file: `Choose at most ${MOST_FILES} files at once.` } }
          return addFiles(actor, filled.files, data.audience)
        }),
    },
    subcommands: [
      {
        name: 'documents',
        arguments: '',
        description: "your organization's documents that answers may cite to you",
        run: (actor) => listPage(actor, 0),
      },
    ],
  }
}
