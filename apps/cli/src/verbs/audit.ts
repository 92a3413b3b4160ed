import { print } from '../print.ts'
import { textOption } from '../read-arguments.ts'
import { EXIT_DONE, EXIT_REFUSED, UsageError } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

const WHY = {
  missing: 'is missing',
  hash: 'is not what was written: its hash does not belong to its text and the entry before',
  columns: 'says something else in its columns than in its text',
} as const

export const auditVerb: Verb = {
  name: 'audit',
  summary: 'verify that no entry of the trail was changed, added or removed',
  usage: 'audit verify [--head HASH]',
  options: { head: { type: 'string' } },
  help: `  --head HASH     also say whether this hash, kept from an earlier look or a backup, is in the chain: a cut end shows only so

Exit code 1 when the chain is broken or the hash is not in it.
JSON: {status: 'intact', entries, head, containsHead: bool|null} or {status: 'broken', entries, broken: {seq, why}}
`,
  async run(call) {
    const [word, more] = call.positionals
    if (word !== 'verify' || more !== undefined) throw new UsageError('./strata audit verify [--head HASH]')
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
  },
}
