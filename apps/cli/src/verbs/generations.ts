import { formatAge, formatBytes } from '../format-figures.ts'
import { formatTable } from '../format-table.ts'
import { print } from '../print.ts'
import { oneModule } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const generationsVerb: Verb = {
  name: 'generations',
  summary: 'the stack of a module: every generation it ever had, highest first',
  usage: 'generations MODULE',
  options: {},
  help: `JSON: [{number, status: 'current'|'old'|'purged', drained, pins, hash, codeBytes, packages: [{name, release}], loadedAt, loadedBy, note}]
`,
  async run(call) {
    const { module, number } = oneModule(call)
    if (number !== undefined) throw new UsageError(`write generations ${module}, without a number`)
    const generations = (await call.client.modules.generations.query({ module })).map(
      ({ number, status, drained, pins, hash, codeBytes, packages, loadedAt, loadedBy, note }) => ({
        number,
        status,
        drained,
        pins,
        hash,
        codeBytes,
        packages,
        loadedAt,
        loadedBy,
        note,
      }),
    )
    print(call, generations, () =>
      formatTable(call.io, generations, [
        { title: 'GENERATION', cell: ({ number }) => `${module}@${number}` },
        { title: 'STATUS', cell: ({ status, drained }) => (drained ? `${status}, drained` : status) },
        { title: 'PINS', align: 'right', cell: ({ pins }) => pins },
        { title: 'CODE', align: 'right', cell: ({ codeBytes }) => formatBytes(codeBytes) },
        { title: 'PACKAGES', max: 40, cell: ({ packages }) => packages.map(({ name, release }) => `${name} ${release}`).join(', ') },
        { title: 'LOADED', align: 'right', cell: ({ loadedAt }) => `${formatAge(loadedAt, call.io.now())} ago` },
        { title: 'BY', max: 20, cell: ({ loadedBy }) => loadedBy },
        { title: 'NOTE', max: 60, cell: ({ note }) => note },
      ]),
    )
    return EXIT_DONE
  },
}
