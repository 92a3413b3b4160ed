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
  help: `JSON: [{number, status: 'current'|'old'|'purged', drained, pins, readBy?: [{module, number}], hash, codeBytes,
  packages: [{name, release}], loadedAt, loadedBy, note,
  markedBad?: {by, reason, at}, markedKeep?: {by, reason, at}}]
  readBy: loaded generations that were built with a class or another value of it
  markedBad, markedKeep: while they are marked (./strata mark)
`,
  async run(call) {
    const { module, number } = oneModule(call)
    if (number !== undefined) throw new UsageError(`write generations ${module}, without a number`)
    const generations = (await call.client.modules.generations.query({ module })).map(
      ({ number, status, drained, pins, readBy, hash, codeBytes, packages, loadedAt, loadedBy, note, markedBad, markedKeep }) => ({
        number,
        status,
        drained,
        pins,
        ...(readBy.length === 0 ? {} : { readBy }),
        hash,
        codeBytes,
        packages,
        loadedAt,
        loadedBy,
        note,
        ...(markedBad === null ? {} : { markedBad }),
        ...(markedKeep === null ? {} : { markedKeep }),
      }),
    )
    print(call, generations, () =>
      formatTable(call.io, generations, [
        { title: 'GENERATION', cell: ({ number }) => `${module}@${number}` },
        { title: 'STATUS', cell: ({ status, drained }) => (drained ? `${status}, drained` : status) },
        { title: 'PINS', align: 'right', cell: ({ pins }) => pins },
        {
          title: 'READ BY',
          optional: true,
          cell: ({ readBy }) => readBy?.map((reader) => `${reader.module}@${reader.number}`).join(', ') ?? null,
        },
        { title: 'CODE', align: 'right', cell: ({ codeBytes }) => formatBytes(codeBytes) },
        { title: 'PACKAGES', max: 40, cell: ({ packages }) => packages.map(({ name, release }) => `${name} ${release}`).join(', ') },
        { title: 'LOADED', align: 'right', cell: ({ loadedAt }) => `${formatAge(loadedAt, call.io.now())} ago` },
        { title: 'BY', max: 20, cell: ({ loadedBy }) => loadedBy },
        { title: 'NOTE', max: 60, cell: ({ note }) => note },
        { title: 'MARKED', max: 100, optional: true, cell: (generation) => markText(generation) },
      ]),
    )
    return EXIT_DONE
  },
}

interface Mark {
  readonly by: string
  readonly reason: string
}

function markText({
  markedBad,
  markedKeep,
}: {
  readonly markedBad?: Mark | undefined
  readonly markedKeep?: Mark | undefined
}): string | null {
  const marks = [
    { kind: 'bad', mark: markedBad },
    { kind: 'keep', mark: markedKeep },
  ]
  const texts = marks.flatMap(({ kind, mark }) => (mark === undefined ? [] : `${kind} by ${mark.by}: ${mark.reason}`))
  return texts.length === 0 ? null : texts.join('; ')
}
