import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { activityFilters, FILTER_OPTIONS } from '../activity-filters.ts'
import { formatJson } from '../escape-text.ts'
import { countOf } from '../format-figures.ts'
import { print } from '../print.ts'
import { textOption } from '../read-arguments.ts'
import { CSV_HEAD, csvLine } from '../trail-csv.ts'
import { EXIT_DONE, EXIT_REFUSED, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

const WHY = {
  missing: 'is missing',
  hash: 'is not what was written: its hash does not belong to its text and the entry before',
  columns: 'says something else in its columns than in its text',
  modules: 'is found by other modules than its text names',
} as const

type Page = Awaited<ReturnType<Call['client']['activity']['export']['mutate']>>
/** An entry of the trail as it was written. */
export type ExportedEntry = Page['entries'][number]

export const auditVerb: Verb = {
  name: 'audit',
  summary: 'verify that no entry of the trail was changed, added or removed; take entries out as a file',
  usage:
    'audit verify [--head HASH] | audit export [--format jsonl|csv] [--out FILE] [--module M] [--actor A] [--type T] [--since TIME] [--until TIME]',
  options: { head: { type: 'string' }, format: { type: 'string' }, out: { type: 'string' }, ...FILTER_OPTIONS },
  help: `verify follows the chain of all entries.
  --head HASH     also say whether this hash, kept from an earlier look, a log or a backup, is in the chain: a cut end shows only so

export writes entries, oldest first, to the standard output. That it did is an entry itself.
  --format F      jsonl: one JSON object a line, whole (the default); csv: a table
  --out FILE      write a new file instead
  --module M      only what speaks of this module; --actor A, --type T likewise, --since TIME and --until TIME as in events

Exit code 1 when the chain is broken or the hash is not in it.
JSON: of verify {status: 'intact', entries, head, containsHead: bool|null} or {status: 'broken', entries, broken: {seq, why}}
`,
  async run(call) {
    const [word, more] = call.positionals
    if (more !== undefined || (word !== 'verify' && word !== 'export'))
      throw new UsageError('./strata audit verify, or ./strata audit export')
    return word === 'verify' ? verify(call) : exportTrail(call)
  },
}

async function verify(call: Call): Promise<number> {
  const head = textOption(call, 'head')
  if (head !== undefined && !/^[0-9a-f]{64}$/.test(head)) throw new UsageError('--head takes a hash of 64 hexadecimal digits')
  const verified = await call.client.activity.verify.query(head === undefined ? {} : { head })
  print(call, verified, () => {
    if (verified.status === 'broken')
      return `Broken: entry ${verified.broken.seq} ${WHY[verified.broken.why]}. The ${verified.entries} before it verify.\n`
    const contains =
      verified.containsHead === null
        ? ''
        : verified.containsHead
          ? 'The given hash is in it.\n'
          : 'The given hash is NOT in it: entries were cut, or it is of another trail.\n'
    return `Intact: ${verified.entries} entries.\n${contains}Newest entry: ${verified.head}\n`
  })
  return verified.status === 'intact' && verified.containsHead !== false ? EXIT_DONE : EXIT_REFUSED
}

async function exportTrail(call: Call): Promise<number> {
  const format = textOption(call, 'format') ?? 'jsonl'
  if (format !== 'jsonl' && format !== 'csv') throw new UsageError(`--format is jsonl or csv, not ${format}`)
  const out = textOption(call, 'out')
  const lines: string[] = []
  const write = out === undefined ? (text: string) => call.io.out(text) : (text: string) => void lines.push(text)
  if (format === 'csv') write(CSV_HEAD)
  let count = 0
  for (let page: Page | undefined; page === undefined || page.more; ) {
    const after = page === undefined ? {} : { after: page.entries.at(-1)?.seq ?? 0, through: page.through }
    page = await call.client.activity.export.mutate({ format, ...activityFilters(call), ...after })
    count += page.entries.length
    for (const entry of page.entries) write(format === 'csv' ? csvLine(entry) : `${formatJson(entry)}\n`)
  }
  if (out !== undefined) {
    await writeFile(resolve(call.io.cwd, out), lines.join(''), { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(
        error.code === 'EEXIST' ? `${out} exists already: name another file` : `${out} cannot be written (${error.code})`,
      )
    })
    call.io.err(`${countOf(count, 'entry', 'entries')} in ${out}\n`)
  }
  return EXIT_DONE
}
