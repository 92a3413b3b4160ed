import { countOf, formatDuration } from '../format-figures.ts'
import { print } from '../print.ts'
import { oneModule, textOption } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const retainersVerb: Verb = {
  name: 'retainers',
  summary: 'who keeps code of a purged generation in memory; every process stands still while it is found out',
  usage: 'retainers MODULE@N',
  options: { reason: { type: 'string' } },
  help: `Takes a heap snapshot of the scheduler: its processes stand still for as long as that takes, some 25 ms a megabyte of its heap. ./strata generations MODULE
tells for which generations there is a reason to ask.
  --reason TEXT   why; it stands beside the act in the activity

JSON: {module, number, heldMs, objects, holders: [{by, steps, functions}]}
  by: who holds it, steps: from there to a function of the generation, functions: how many of its functions are reached that way
`,
  async run(call) {
    const { module, number } = oneModule(call)
    if (number === undefined) throw new UsageError(`which generation? Write retainers ${module}@3`)
    const found = await call.client.modules.retainers.mutate({ module, number, reason: textOption(call, 'reason') })
    print(call, found, () => {
      const stood = `(The scheduler stood still for ${formatDuration(found.heldMs)}.)`
      if (found.holders.length === 0) return `Nothing keeps ${module}@${number}: it goes with the next full collection. ${stood}\n`
      const holders = found.holders.map(
        ({ by, steps, functions }) =>
          `${by} keeps ${countOf(functions, 'function')} of ${module}@${number}\n${steps.map((step) => `  ${step}\n`).join('')}`,
      )
      return `${holders.join('')}${stood}\n`
    })
    return EXIT_DONE
  },
}
