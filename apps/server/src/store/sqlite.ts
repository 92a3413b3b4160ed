import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { type Dialect, type DialectAdapter, SqliteAdapter, SqliteDialect } from 'kysely'

/** Prepared statements kept: more than there are different queries. */
const STATEMENTS_MAX = 200

/** Opens a database whose commits are on the disk when they return. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 2_000 })
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
  } catch (error) {
    database.close()
    throw error
  }
  return database
}

/** The queries' way to a database of Node's own SQLite. */
export function sqliteDialect(database: DatabaseSync): Dialect {
  const statements = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const statement = database.prepare(sql)
    const [oldest] = statements.keys()
    if (statements.size >= STATEMENTS_MAX && oldest !== undefined) statements.delete(oldest)
    statements.set(sql, statement)
    return statement
  }
  return new WholeMigrations({
    database: {
      close: () => database.close(),
      prepare(sql) {
        const statement = prepare(sql)
        return {
          reader: statement.columns().length > 0,
          all: (parameters) => statement.all(...inputs(parameters)),
          // A full disk ends the transaction by itself: then there is nothing to take back, and the first error is the one to tell.
          run: (parameters) =>
            sql === 'rollback' && !database.isTransaction ? { changes: 0, lastInsertRowid: 0 } : statement.run(...inputs(parameters)),
          iterate: (parameters) => statement.iterate(...inputs(parameters)),
        }
      },
    },
  })
}

/** A migration that is cut short leaves the schema before it: SQLite's changes of a schema are part of a transaction. */
class WholeMigrations extends SqliteDialect {
  override createAdapter(): DialectAdapter {
    return new TransactionalAdapter()
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

function inputs(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[]
}
