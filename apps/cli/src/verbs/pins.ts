import { formatAge } from '../format-figures.ts'
import { formatTable } from '../format-table.ts'
import { print } from '../print.ts'
import { oneModule } from '../read-arguments.ts'
import { EXIT_DONE } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const pinsVerb: Verb = {
  name: 'pins',
  summary: 'why a module’s generations are still held: every pin, with process, reason and place',
  usage: 'pins MODULE[@N]',
  options: {},
  help: `JSON: [{pid, generation, reason: 'frame'|'timer'|'callback'|'iterator'|'declared'|'generation'|'in_flight', function, at: 'session.ts:41', since}]
`,
  async run(call) {
    const { module, number } = oneModule(call)
    const rows = await call.client.modules.pins.query({ module, generation: number })
    const pins = rows.map(({ pid, generation, reason, function: name, at, since }) => ({
      pid,
      generation,
      reason,
      function: name,
      at,
      since,
    }))
    print(call, pins, () =>
      pins.length === 0
        ? `No process pins ${number === undefined ? module : `${module}@${number}`}.\n`
        : formatTable(call.io, pins, [
            { title: 'PID', cell: ({ pid }) => pid },
            { title: 'PINS', cell: ({ generation }) => `${module}@${generation}` },
            { title: 'BY A', cell: ({ reason }) => reason.replace('_', ' ') },
            { title: 'FUNCTION', max: 40, cell: (pin) => pin.function },
            { title: 'AT', max: 60, cell: ({ at }) => at },
            { title: 'SINCE', align: 'right', cell: ({ since }) => formatAge(since, call.io.now()) },
          ]),
    )
    return EXIT_DONE
  },
}
