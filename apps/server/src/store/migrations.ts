import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** How the schema came to be, oldest first. What was once released stays as it is: a change is one more migration. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001_first': { up: createFirst },
  '0002_people': { up: addPeople },
  '0003_lives': { up: numberLives },
  '0004_crashes': { up: addCrashes },
  '0005_audit_modules': { up: indexAuditModules },
}

async function createFirst(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('journal')
    .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('entry', 'text', (column) => column.notNull())
    .execute()
  await schema
    .createTable('generations')
    .addColumn('module', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('source_hash', 'text', (column) => column.notNull())
    .addColumn('loaded_at', 'integer', (column) => column.notNull())
    .addColumn('loaded_by', 'text', (column) => column.notNull())
    .addColumn('note', 'text', (column) => column.notNull())
    .addColumn('facts', 'text', (column) => column.notNull())
    .addColumn('code', 'blob')
    .addColumn('packages', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('generations_key', ['module', 'number'])
    .execute()
  await schema
    .createTable('contents')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('body', 'blob', (column) => column.notNull())
    .execute()
  await schema
    .createTable('plans')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'integer', (column) => column.notNull())
    .addColumn('plan', 'text', (column) => column.notNull())
    .execute()
  await schema
    .createTable('acts')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('started_at', 'integer', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('act', 'text', (column) => column.notNull())
    .execute()
  await schema
    .createTable('sessions')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'integer', (column) => column.notNull())
    .execute()
  await schema
    .createTable('audit')
    .addColumn('seq', 'integer', (column) => column.primaryKey())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('actor', 'text')
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute()
  await schema
    .createTable('audit_modules')
    .addColumn('module', 'text', (column) => column.notNull())
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('audit_modules_key', ['module', 'seq'])
    .execute()
  await schema
    .createTable('settings')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute()
  await schema
    .createTable('metrics')
    .addColumn('step_seconds', 'integer', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('sample', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('metrics_key', ['step_seconds', 'at'])
    .execute()
  await schema
    .createTable('lives')
    .addColumn('life', 'text', (column) => column.primaryKey())
    .addColumn('began_at', 'integer', (column) => column.notNull())
    .addColumn('ready_at', 'integer')
    .addColumn('seen_at', 'integer', (column) => column.notNull())
    .addColumn('ended_at', 'integer')
    .addColumn('safe', 'integer', (column) => column.notNull())
    .execute()
  for (const [name, table, column] of [
    ['audit_type', 'audit', 'type'],
    ['audit_actor', 'audit', 'actor'],
    ['audit_at', 'audit', 'at'],
    ['acts_started', 'acts', 'started_at'],
    ['generations_source', 'generations', 'source_hash'],
  ] as const)
    await schema.createIndex(name).on(table).column(column).execute()
}

async function addPeople({ schema }: Kysely<unknown>): Promise<void> {
  for (const [table, key, value] of [
    ['people', 'name', 'person'],
    ['api_tokens', 'id', 'token'],
    ['glass_breaks', 'act', 'glass_break'],
  ] as const)
    await schema
      .createTable(table)
      .addColumn(key, 'text', (column) => column.primaryKey())
      .addColumn(value, 'text', (column) => column.notNull())
      .execute()
  await schema
    .alterTable('sessions')
    .addColumn('facts', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute()
}

/** A clock that was set back must not change which life was the last. */
async function numberLives(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('lives')
    .addColumn('number', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
}

async function addCrashes({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('crashes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('report', 'text', (column) => column.notNull())
    .execute()
}

/** Whoever follows the chain looks at the modules of each entry, too. */
async function indexAuditModules({ schema }: Kysely<unknown>): Promise<void> {
  await schema.createIndex('audit_modules_seq').on('audit_modules').column('seq').execute()
}
