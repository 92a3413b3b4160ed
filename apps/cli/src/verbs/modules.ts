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
  help: `JSON: [{name, current: number|null, generations: number[], pins}]
  generations: those loaded, highest first; pins: processes that pin an old one
`,
  async run(call) {
    noPositionals(call)
    const modules = (await call.client.modules.list.query()).map(({ name, current, generations, pins }) => ({
      name,
      current,
      generations,
      pins,
    }))
    print(call, modules, () =>
      modules.length === 0
        ? 'No module is loaded.\n'
        : formatTable(call.io, modules, [
            { title: 'MODULE', cell: ({ name }) => name },
            { title: 'CURRENT', align: 'right', cell: ({ current }) => current },
            { title: 'LOADED', cell: ({ generations }) => generations.join(' ') },
            { title: 'OLD PINNED BY', cell: ({ pins }) => (pins === 0 ? 'nobody' : countOf(pins, 'process', 'processes')) },
          ]),
    )
    return EXIT_DONE
  },
}
