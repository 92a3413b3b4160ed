import { countOf } from '../format-figures.ts'
import { formatTable } from '../format-table.ts'
import { print } from '../print.ts'
import { noPositionals } from '../read-arguments.ts'
import { EXIT_DONE } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const modulesVerb: Verb = {
  name: 'modules',
  summary: 'the modules, what is current, and who pins an old generation',
  usage: 'modules',
  options: {},
  help: `JSON: [{name, current: number|null, generations: number[], pins, differsOnDisk?: true, hold?: {by, reason, since, until: time|null}}]
  generations: those loaded, highest first; pins: processes that pin an old one; differsOnDisk: its file holds something else
  than what is current; hold: while somebody holds it
`,
  async run(call) {
    noPositionals(call)
    const modules = (await call.client.modules.list.query()).map(({ name, current, generations, pins, differsOnDisk, hold }) => ({
      name,
      current,
      generations,
      pins,
      ...(differsOnDisk ? { differsOnDisk: true as const } : {}),
      ...(hold === null ? {} : { hold }),
    }))
    print(call, modules, () =>
      modules.length === 0
        ? 'No module is loaded.\n'
        : formatTable(call.io, modules, [
            { title: 'MODULE', cell: ({ name }) => name },
            { title: 'CURRENT', align: 'right', cell: ({ current }) => current },
            { title: 'LOADED', cell: ({ generations }) => generations.join(' ') },
            { title: 'OLD PINNED BY', cell: ({ pins }) => (pins === 0 ? 'nobody' : countOf(pins, 'process', 'processes')) },
            { title: 'ON DISK', optional: true, cell: ({ differsOnDisk }) => (differsOnDisk === undefined ? null : 'differs') },
            { title: 'HELD', max: 100, optional: true, cell: ({ hold }) => (hold === undefined ? null : holdText(hold)) },
          ]),
    )
    return EXIT_DONE
  },
}

function holdText({ by, until, reason }: { readonly by: string; readonly until: string | null; readonly reason: string }): string {
  return `by ${by} ${until === null ? 'until released' : `until ${until}`}: ${reason}`
}
