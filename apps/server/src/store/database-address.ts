import type { ClientConfig } from 'pg'

/** PostgreSQL's limit for a name. */
const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/

export type AddressOutcome =
  | { readonly status: 'ready'; readonly address: DatabaseAddress }
  | { readonly status: 'wrong'; readonly sentence: string }

/** Where a PostgreSQL is, and as whom to enter it. What is secret of it leaves by `clientConfig` alone, so that no log can show it. */
export class DatabaseAddress {
  readonly #url: string
  /** `database strata at db.example.com:5432`. */
  readonly place: string
  readonly user: string
  readonly database: string
  /** `?schema=NAME`; `null`: one for each system's folder. */
  readonly schema: string | null

  constructor(url: URL) {
    const schema = url.searchParams.get('schema')
    const bare = new URL(url)
    bare.searchParams.delete('schema')
    this.#url = bare.href
    this.database = decodeURIComponent(url.pathname.slice(1))
    this.user = decodeURIComponent(url.username) || (url.searchParams.get('user') ?? '')
    const host = url.hostname || (url.searchParams.get('host') ?? 'localhost')
    this.place = `database ${this.database} at ${host}:${url.port || (url.searchParams.get('port') ?? '5432')}`
    this.schema = schema
  }

  /** To be left out of whatever is printed, wherever the address has it. */
  get password(): string {
    const { searchParams, password } = new URL(this.#url)
    return searchParams.get('password') || decodeURIComponent(password)
  }

  clientConfig(): ClientConfig {
    return { connectionString: this.#url }
  }
}

/** Reads `STRATA_DATABASE_URL`. What it says of a wrong one repeats none of its text: a password may be anywhere in it. */
export function readDatabaseUrl(text: string): AddressOutcome {
  const url = URL.parse(text)
  const wrong = (why: string): AddressOutcome => ({
    status: 'wrong',
    sentence: `STRATA_DATABASE_URL ${why}: give it as postgres://USER:PASSWORD@HOST:5432/DATABASE, with %40 for an @ in the password`,
  })
  if (url === null) return wrong('is no address')
  if (!/^postgres(?:ql)?:$/.test(url.protocol)) return wrong('is not one of PostgreSQL')
  if (!isDecodable(url) || url.pathname.length < 2 || url.pathname.indexOf('/', 1) > 0) return wrong('names no database')
  const schema = url.searchParams.get('schema')
  if (schema !== null && !SCHEMA_NAME.test(schema)) return wrong('has a schema= that is no name of small letters, digits and _')
  return { status: 'ready', address: new DatabaseAddress(url) }
}

function isDecodable(url: URL): boolean {
  try {
    return [url.pathname, url.username, url.password].every((part) => decodeURIComponent(part) !== null)
  } catch {
    return false
  }
}
