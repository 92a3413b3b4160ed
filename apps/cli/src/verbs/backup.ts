import { resolve } from 'node:path'
import { formatBytes } from '../format-figures.ts'
import { print } from '../print.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const backupVerb: Verb = {
  name: 'backup',
  summary: 'copy the whole store to a new file while the server runs',
  usage: 'backup FILE',
  options: {},
  help: `FILE is a path on the server's machine. The copy is read back, its trail verified, before this answers.
Keep the printed hash elsewhere: ./strata audit verify --head HASH shows whether anything was cut since.

JSON: {path, bytes, entries, head}
`,
  async run(call) {
    const [file, more] = call.positionals
    if (file === undefined || more !== undefined) throw new UsageError('which file? ./strata backup FILE')
    const made = await call.client.store.backup.mutate({ path: resolve(call.io.cwd, file) })
    print(
      call,
      made,
      () => `${made.path}: ${formatBytes(made.bytes)}, ${made.entries} entries of the trail, all verified.\nNewest entry: ${made.head}\n`,
    )
    return EXIT_DONE
  },
}
