import {
  packJson,
  unpackJson,
  type GenerationCode,
  type GenerationFacts,
  type Journal,
  type JournalChange,
  type JournalEntry,
  type ModuleGeneration,
} from '@strata/runtime'
import type { Kysely, Transaction } from 'kysely'
import type { Tables } from './tables.ts'

type StoredEntry =
  | Exclude<JournalEntry, { type: 'loaded' }>
  | { readonly type: 'loaded'; readonly generations: readonly ModuleGeneration[] }

/** As stored: releases of packages stand once beside the facts of all generations that were loaded with them. */
type StoredFacts = Omit<GenerationFacts, 'packages'> & { readonly packages?: readonly string[] }

type PackageRecord = GenerationFacts['packages'][number]

interface PackedCode {
  readonly source: Buffer
  readonly compiled: Buffer
  readonly packages: readonly { readonly hash: string; readonly body: Buffer }[]
}

/** What was loaded, by whom and why, in the store: changes of one command are one transaction. */
export class StoredJournal implements Journal {
  readonly #db: Kysely<Tables>
  /** Number of the newest entry that is known, and whether a write after it failed: then it may have been done, and only its answer lost. */
  #known = 0
  #unsure = false

  constructor(db: Kysely<Tables>) {
    this.#db = db
  }

  async append(changes: readonly JournalChange[]): Promise<void> {
    const packed = await Promise.all(changes.map(({ codes }) => Promise.all(codes.map(packCode))))
    const texts = changes.map(({ entry }) => JSON.stringify(storedEntry(entry)))
    const wasUnsure = this.#unsure
    this.#unsure = true
    this.#known = await this.#db.transaction().execute(async (transaction) => {
      if (wasUnsure) {
        const done = await entriesAfter(transaction, this.#known)
        if (done.length === texts.length && done.every(({ entry }, index) => entry === texts[index])) return done.at(-1)?.seq ?? 0
      }
      let newest = 0
      for (const [index, { entry }] of changes.entries()) {
        if (entry.type === 'loaded') await insertGenerations(transaction, entry.generations, packed[index] ?? [])
        if (entry.type === 'purged') await dropCode(transaction, entry)
        const added = await transaction
          .insertInto('journal')
          .values({ entry: texts[index] ?? '' })
          .returning('seq')
          .executeTakeFirstOrThrow()
        newest = added.seq
      }
      return newest
    })
    this.#unsure = false
  }

  async entries(): Promise<readonly JournalEntry[]> {
    const rows = await this.#db.selectFrom('generations').select(['module', 'number', 'facts']).execute()
    const releases = await this.#releases()
    const facts = new Map(rows.map((row) => [`${row.module}@${row.number}`, readFacts(row.facts, releases)]))
    const entries = await entriesAfter(this.#db, 0)
    if (!this.#unsure) this.#known = entries.at(-1)?.seq ?? 0
    return entries.map(({ entry }): JournalEntry => {
      const stored = JSON.parse(entry) as StoredEntry
      if (stored.type !== 'loaded') return stored
      return { type: 'loaded', generations: stored.generations.flatMap(({ module, number }) => facts.get(`${module}@${number}`) ?? []) }
    })
  }

  async code({ module, number }: ModuleGeneration): Promise<GenerationCode | undefined> {
    const row = await this.#db
      .selectFrom('generations')
      .select(['source_hash', 'code', 'packages'])
      .where('module', '=', module)
      .where('number', '=', number)
      .executeTakeFirst()
    if (row === undefined || row.code === null) return undefined
    const source = await this.source(row.source_hash)
    if (source === undefined) return undefined
    const bodies = await Promise.all((JSON.parse(row.packages) as string[]).map((hash) => this.#content(hash)))
    const packages = await Promise.all(
      bodies.flatMap((body) => (body === undefined ? [] : [unpackJson<GenerationCode['packages'][number]>(body)])),
    )
    return { source, compiled: await unpackJson(row.code), packages }
  }

  async source(hash: string): Promise<string | undefined> {
    const body = await this.#content(hash)
    return body === undefined ? undefined : unpackJson<string>(body)
  }

  async #releases(): Promise<ReadonlyMap<string, PackageRecord>> {
    const rows = await this.#db.selectFrom('contents').select(['hash', 'body']).where('kind', '=', 'release').execute()
    return new Map(await Promise.all(rows.map(async ({ hash, body }) => [hash, await unpackJson<PackageRecord>(body)] as const)))
  }

  async #content(hash: string): Promise<Uint8Array | undefined> {
    return (await this.#db.selectFrom('contents').select('body').where('hash', '=', hash).executeTakeFirst())?.body
  }
}

function entriesAfter(db: Kysely<Tables>, seq: number): Promise<{ seq: number; entry: string }[]> {
  return db.selectFrom('journal').selectAll().where('seq', '>', seq).orderBy('seq').execute()
}

async function packCode({ source, compiled, packages }: GenerationCode): Promise<PackedCode> {
  return {
    source: await packJson(source),
    compiled: await packJson(compiled),
    packages: await Promise.all(packages.map(async (entry) => ({ hash: entry.hash, body: await packJson(entry) }))),
  }
}

async function insertGenerations(
  transaction: Transaction<Tables>,
  generations: readonly GenerationFacts[],
  codes: readonly PackedCode[],
): Promise<void> {
  for (const [index, facts] of generations.entries()) {
    const code = codes[index]
    if (code === undefined) continue
    const contents = [
      { hash: facts.sourceHash, kind: 'source' as const, body: code.source },
      ...code.packages.map(({ hash, body }) => ({ hash, kind: 'package' as const, body })),
      ...(await Promise.all(
        facts.packages.map(async (record) => ({ hash: releaseKey(record), kind: 'release' as const, body: await packJson(record) })),
      )),
    ]
    for (const content of contents)
      await transaction
        .insertInto('contents')
        .values(content)
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    await transaction
      .insertInto('generations')
      .values({
        module: facts.module,
        number: facts.number,
        hash: facts.hash,
        source_hash: facts.sourceHash,
        loaded_at: facts.loadedAt,
        loaded_by: facts.loadedBy,
        note: facts.note,
        facts: JSON.stringify({ ...facts, packages: facts.packages.map(releaseKey) } satisfies StoredFacts),
        code: code.compiled,
        packages: JSON.stringify(code.packages.map(({ hash }) => hash)),
      })
      .execute()
  }
}

/** Its text has the same hash. */
function releaseKey({ hash }: PackageRecord): string {
  return `release:${hash}`
}

function readFacts(text: string, releases: ReadonlyMap<string, PackageRecord>): GenerationFacts {
  const facts = JSON.parse(text) as StoredFacts
  // Generations of the first schema have none.
  return { ...facts, packages: (facts.packages ?? []).flatMap((key) => releases.get(key) ?? []) }
}

/** A purged generation's text stays; its code, and packages that no other loaded one needs, go. */
async function dropCode(transaction: Transaction<Tables>, { module, number }: ModuleGeneration): Promise<void> {
  const purged = await transaction
    .selectFrom('generations')
    .select('packages')
    .where('module', '=', module)
    .where('number', '=', number)
    .executeTakeFirst()
  await transaction
    .updateTable('generations')
    .set({ code: null, packages: '[]' })
    .where('module', '=', module)
    .where('number', '=', number)
    .execute()
  const hashes = JSON.parse(purged?.packages ?? '[]') as string[]
  if (hashes.length === 0) return
  const loaded = await transaction.selectFrom('generations').select('packages').where('code', 'is not', null).execute()
  const used = new Set(loaded.flatMap(({ packages }) => JSON.parse(packages) as string[]))
  const unused = hashes.filter((hash) => !used.has(hash))
  if (unused.length > 0) await transaction.deleteFrom('contents').where('hash', 'in', unused).where('kind', '=', 'package').execute()
}

function storedEntry(entry: JournalEntry): StoredEntry {
  return entry.type === 'loaded'
    ? { type: 'loaded', generations: entry.generations.map(({ module, number }) => ({ module, number })) }
    : entry
}
