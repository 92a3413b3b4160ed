import { formatAge } from '../format-figures.ts'
import { formatTable } from '../format-table.ts'
import { print } from '../print.ts'
import { oneModule } from '../read-arguments.ts'
import { EXIT_DONE } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const pinsVerb: Verb = {
  name: 'pins',
  summary: 'why a module’s generations are still held: every pin, with who holds it, reason and place',
  usage: 'pins MODULE[@N]',
  options: {},
  help: `frame: it stands on its stack. timer: a timer, immediate or microtask of its code. callback: given to the process API. iterator: an async generator that was
begun; it counts until it ends or, when nobody holds it any more, until the next collection. in flight: a spawn under way. generation: the body of a loaded
generation (HELD BY module@n) read a class or another value of it; it is held until that one is gone.

JSON: [{pid, holder?: {module, number}, generation, reason: 'frame'|'timer'|'callback'|'iterator'|'declared'|'generation'|'in_flight', function,
  at: 'session.ts:41', since}]
  pid: null when a generation holds it, which is the holder then
`,
  async run(call) {
    const { module, number } = oneModule(call)
    const rows = await call.client.modules.pins.query({ module, generation: number })
    const pins = rows.map((row) => ({
      pid: row.pid,
      holder: row.reason === 'generation' ? row.holder : undefined,
      generation: row.generation,
      reason: row.reason,
      function: row.function,
      at: row.at,
      since: row.since,
    }))
    print(call, pins, () =>
      pins.length === 0
        ? `Nothing pins ${number === undefined ? module : `${module}@${number}`}.\n`
        : formatTable(call.io, pins, [
            { title: 'HELD BY', cell: ({ pid, holder }) => pid ?? (holder === undefined ? '' : `${holder.module}@${holder.number}`) },
            { title: 'PINS', cell: ({ generation }) => `${module}@${generation}` },
            { title: 'REASON', cell: ({ reason }) => reason.replace('_', ' ') },
            { title: 'FUNCTION', max: 40, cell: (pin) => pin.function },
            { title: 'AT', max: 60, cell: ({ at }) => at },
            { title: 'SINCE', align: 'right', cell: ({ since }) => formatAge(since, call.io.now()) },
          ]),
    )
    return EXIT_DONE
  },
}
