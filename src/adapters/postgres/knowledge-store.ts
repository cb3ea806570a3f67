import { type SqlBool, sql, type Transaction } from 'kysely'
import { AppError } from '../../errors.ts'
import type { KnowledgeDocument, KnowledgeStore } from '../../ports/knowledge-store.ts'
import { createCandidateSearch } from './candidates.ts'
import { codeOf, toStoreError } from './errors.ts'
import type { KnownVector } from './resident.ts'
import type { Db, Schema } from './schema.ts'
import { storable } from './searchable-text.ts'
import { withTenant } from './tenancy.ts'
import { assertVector } from './vectors.ts'
import { writePassages } from './write-passages.ts'

/** Owns what every tenant reads. */
const SHARED = 'shared'

interface EmbeddingModel {
  name: string
  dimension: number
}

const readModel = (db: Db): Promise<EmbeddingModel | undefined> =>
  db.selectFrom('embedding_model').select(['name', 'dimension']).executeTakeFirst()

const upsertDocument = (trx: Transaction<Schema>, tenantId: string, document: KnowledgeDocument) => {
  const columns = {
    title: storable(document.title),
    origin: document.origin,
    content_hash: storable(document.contentHash),
    audience: document.audience,
  }
  return trx
    .insertInto('documents')
    .values({ tenant_id: tenantId, document_id: storable(document.id), ...columns })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'document_id']).doUpdateSet({ ...columns, indexed_at: new Date() }),
    )
    .execute()
}

/** Every passage that the tenant sees. */
const selectPassages = (trx: Transaction<Schema>) =>
  trx
    .selectFrom('documents')
    .innerJoin('passages', (join) =>
      join
        .onRef('passages.tenant_id', '=', 'documents.tenant_id')
        .onRef('passages.document_id', '=', 'documents.document_id'),
    )
    .select(['passage_id as id', 'documents.document_id as documentId', 'title as document', 'origin'])
    .select(['section', 'body', 'style', 'about'])

const toIdError = (error: unknown, document: KnowledgeDocument): unknown =>
  codeOf(error) === '23505'
    ? new AppError(
        'bad_knowledge',
        `A passage of "${document.title}" has an id that another passage already has; passage ids must differ within an organization.`,
        { cause: error },
      )
    : error

/**
 * The knowledge store on PostgreSQL or PGlite. In the queries no tenant is named: row-level security limits what
 * they see. `knownVector` spares reading vectors that are at hand anyway. A process that recorded or read the embedding model refuses to go on when another process changes it.
 */
export const createKnowledgeStore = (db: Db, knownVector?: KnownVector): KnowledgeStore => {
  let ownModel: EmbeddingModel | undefined
  const findCandidates = createCandidateSearch(knownVector)

  const assertOwnModel = ({ name, dimension }: EmbeddingModel): void => {
    if (!ownModel || (ownModel.name === name && ownModel.dimension === dimension)) return
    throw new AppError(
      'store_incompatible',
      `The store was changed to the embedding model ${name} while this process works with ${ownModel.name}; restart it with the same model.`,
    )
  }

  return {
    documents: (tenantId) =>
      withTenant(db, tenantId, (trx) =>
        trx
          .selectFrom('documents')
          .select(['document_id as id', 'title', 'origin', 'content_hash as contentHash', 'audience'])
          .orderBy('document_id')
          .execute(),
      ),

    putDocument: (tenantId, document, passages) =>
      withTenant(db, tenantId, async (trx) => {
        // First, because it makes a change of the model wait for this transaction, or this one for the change.
        await upsertDocument(trx, tenantId, document)
        const model = await readModel(trx)
        if (!model) {
          throw new AppError(
            'store_incompatible',
            'The store does not know which embedding model its vectors are made by; record the model before the first document.',
          )
        }
        assertOwnModel(model)
        for (const { vector, lines } of passages) {
          for (const given of [vector, ...lines.map((line) => line.vector)])
            assertVector(given, model.dimension)
        }
        await trx
          .deleteFrom('passages')
          .where('tenant_id', '=', tenantId)
          .where('document_id', '=', storable(document.id))
          .execute()
        await writePassages(trx, tenantId, document, passages, model.dimension)
      }).catch((error: unknown) => {
        throw toIdError(error, document)
      }),

    removeDocument: (tenantId, documentId) =>
      withTenant(db, tenantId, async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('documents')
          .where('tenant_id', '=', tenantId)
          .where('document_id', '=', storable(documentId))
          .executeTakeFirstOrThrow()
        return numDeletedRows > 0n
      }),

    setAudience: (tenantId, documentId, audience) =>
      withTenant(db, tenantId, async (trx) => {
        // Its passages follow by their foreign key.
        const { numUpdatedRows } = await trx
          .updateTable('documents')
          .set({ audience })
          .where('tenant_id', '=', tenantId)
          .where('document_id', '=', storable(documentId))
          .executeTakeFirstOrThrow()
        return numUpdatedRows > 0n
      }),

    passages: (tenantId) =>
      withTenant(db, tenantId, (trx) =>
        selectPassages(trx)
          .orderBy('documents.tenant_id')
          .orderBy('documents.document_id')
          .orderBy('position')
          .execute(),
      ),

    passage: (tenantId, passageId, audiences) =>
      withTenant(db, tenantId, (trx) =>
        selectPassages(trx)
          .where('passage_id', '=', storable(passageId))
          .where(
            sql<SqlBool>`(passages.tenant_id = ${SHARED} or passages.audience = any(${audiences}::text[]))`,
          )
          .orderBy(sql`passages.tenant_id = ${SHARED}`)
          .executeTakeFirst(),
      ),

    audienceOf: (tenantId, passageIds) =>
      withTenant(db, tenantId, async (trx) => {
        const rows = await trx
          .selectFrom('passages')
          .select(['passage_id', 'audience'])
          .where('tenant_id', '=', tenantId)
          .where(sql<SqlBool>`passage_id = any(${passageIds.map(storable)}::text[])`)
          .execute()
        return new Map(rows.map(({ passage_id, audience }) => [passage_id, audience]))
      }),

    candidates: (tenantId, query) =>
      withTenant(db, tenantId, async (trx) => {
        const model = await readModel(trx)
        if (model) {
          assertOwnModel(model)
          assertVector(query.vector, model.dimension)
        }
        return findCandidates(trx, query)
      }),

    embeddingModel: async () => {
      try {
        const model = await readModel(db)
        ownModel ??= model
        return model
      } catch (error) {
        throw toStoreError(error)
      }
    },

    setEmbeddingModel: async ({ name, dimension }) => {
      try {
        await db.transaction().execute(async (trx) => {
          const isCurrent = async () => {
            const before = await readModel(trx)
            return before?.name === name && before.dimension === dimension
          }
          if (await isCurrent()) return
          // Waits for documents that are being put, and holds new ones back; readers go on.
          await sql`lock table documents in share row exclusive mode`.execute(trx)
          // Another process may have recorded the same model meanwhile, and have put documents since.
          if (await isCurrent()) return
          await trx.deleteFrom('documents').execute()
          await trx
            .insertInto('embedding_model')
            .values({ name, dimension })
            .onConflict((conflict) => conflict.column('only_row').doUpdateSet({ name, dimension }))
            .execute()
        })
        ownModel = { name, dimension }
      } catch (error) {
        throw toStoreError(error)
      }
    },
  }
}
