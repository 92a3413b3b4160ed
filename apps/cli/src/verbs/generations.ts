import { callerText } from '../event-text.ts'
import { countOf, formatAge, formatBytes, formatDuration } from '../format-figures.ts'
import { formatTable } from '../format-table.ts'
import { print } from '../print.ts'
import { oneModule } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

export const generationsVerb: Verb = {
  name: 'generations',
  summary: 'the stack of a module: every generation it ever had, highest first',
  usage: 'generations MODULE',
  options: {},
  help: `JSON: [{number, status: 'current'|'old'|'purged', drained, pins, readBy?: [{module, number}], hash, codeBytes,
  packages: [{name, release}], loadedAt, loadedBy, note,
  purge?: {kind: 'soft'|'forced', at, by, reason, killed}, reclaimed?: {status: 'pending'|'confirmed'|'retained', tookMs?, since?},
  reached?: {count, last, at, from}, markedBad?: {by, reason, at}, markedKeep?: {by, reason, at}}]
  readBy: loaded generations that were built with a class or another value of it
  reclaimed: whether the memory of a purged one is free again; retained: a minute after the purge something still reaches its code
  reached: how often its purged code was reached since, and from which line and generation last
  markedBad, markedKeep: while they are marked (./strata mark)
`,
  async run(call) {
    const { module, number } = oneModule(call)
    if (number !== undefined) throw new UsageError(`write generations ${module}, without a number`)
    const generations = (await call.client.modules.generations.query({ module })).map(
      ({
        number,
        status,
        drained,
        pins,
        readBy,
        hash,
        codeBytes,
        packages,
        loadedAt,
        loadedBy,
        note,
        purge,
        reclaimed,
        reached,
        markedBad,
        markedKeep,
      }) => ({
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
        ...(purge === null ? {} : { purge }),
        ...(reclaimed === null ? {} : { reclaimed }),
        ...(reached === null ? {} : { reached }),
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
        { title: 'SINCE PURGE', max: 100, optional: true, cell: (generation) => remainsText(generation, call.io.now()) },
        { title: 'MARKED', max: 100, optional: true, cell: (generation) => markText(generation) },
      ]),
    )
    return EXIT_DONE
  },
}

/** `memory free after 2.1 s; reached 3 times, last from room.ts:41 (room@7) 5 min ago`. */
function remainsText(
  {
    reclaimed,
    reached,
  }: {
    readonly reclaimed?: NonNullable<Generation['reclaimed']>
    readonly reached?: NonNullable<Generation['reached']>
  },
  nowMs: number,
): string | null {
  const texts = [
    ...(reclaimed === undefined ? [] : [memoryText(reclaimed)]),
    ...(reached === undefined
      ? []
      : [`reached ${countOf(reached.count, 'time')}, last from ${callerText(reached)} ${formatAge(reached.last, nowMs)} ago`]),
  ]
  return texts.length === 0 ? null : texts.join('; ')
}

function memoryText(reclaimed: NonNullable<Generation['reclaimed']>): string {
  switch (reclaimed.status) {
    case 'pending':
      return 'memory not collected yet'
    case 'confirmed':
      return reclaimed.tookMs === null ? 'memory free' : `memory free after ${formatDuration(reclaimed.tookMs)}`
    case 'retained':
      return 'still in memory'
  }
}

type Generation = Awaited<ReturnType<Call['client']['modules']['generations']['query']>>[number]

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
