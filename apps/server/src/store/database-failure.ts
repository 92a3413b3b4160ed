/** What a database refused, whichever it is. Everything that tells the two apart by their errors stands here. */
export type DatabaseFailure =
  /** Somebody else has it. */
  | 'busy'
  /** No database, or one with holes. */
  | 'damaged'
  | 'full'
  | 'read_only'
  /** Cannot be reached, or ended meanwhile: it may come back. */
  | 'away'
  /** The user or the password is not accepted. */
  | 'wrong_sign_in'
  | 'no_database'
  | 'not_permitted'
  | 'other'

/** SQLite's own result codes, as `errcode` of Node's errors; the low byte is the kind. */
const SQLITE_CODES = new Map<number, DatabaseFailure>([
  [5, 'busy'],
  [8, 'read_only'],
  [10, 'away'],
  [11, 'damaged'],
  [13, 'full'],
  [14, 'away'],
  [26, 'damaged'],
])

/** PostgreSQL's SQLSTATE, five characters. */
const POSTGRES_CODES = new Map<string, DatabaseFailure>([
  ['3D000', 'no_database'],
  ['28P01', 'wrong_sign_in'],
  ['28000', 'wrong_sign_in'],
  ['42501', 'not_permitted'],
  ['53100', 'full'],
  ['55P03', 'busy'],
  ['25006', 'read_only'],
])
/** Classes of SQLSTATE that pass: connection, resources, an operator's stop. */
const AWAY_CLASSES = ['08', '53', '57']

/** Node's, of a connection. */
const AWAY_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]
/** pg says these without a code; Kysely the last one, of a transaction whose rollback failed. */
const AWAY_TEXT =
  /^(?:Connection terminated|Client has encountered a connection error|timeout e|Query read timeout|connection timeout|Postgres connection has been discarded)/i
const NO_PASSWORD = /^SASL/

export function databaseFailure(error: unknown): DatabaseFailure {
  if (!(error instanceof Error)) return 'other'
  if ('errcode' in error && typeof error.errcode === 'number') return SQLITE_CODES.get(error.errcode & 0xff) ?? 'other'
  if (error instanceof AggregateError) return databaseFailure(error.errors[0])
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const known = POSTGRES_CODES.get(code)
  if (known !== undefined) return known
  if (/^[0-9A-Z]{5}$/.test(code) && AWAY_CLASSES.includes(code.slice(0, 2))) return 'away'
  const isConnect = 'syscall' in error && error.syscall === 'connect'
  if (AWAY_CODES.includes(code) || isConnect || AWAY_TEXT.test(error.message)) return 'away'
  return NO_PASSWORD.test(error.message) ? 'wrong_sign_in' : 'other'
}

/** What a reader is told of as the store's state, whatever it asked for. */
export function isStoreFailure(failure: DatabaseFailure): boolean {
  return failure !== 'other' && failure !== 'busy'
}

/** An error's own words, also where Node gathered several in one without a word. */
export function failureText(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return failureText(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
