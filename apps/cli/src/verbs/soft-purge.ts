import { countOf } from '../format-figures.ts'
import { print } from '../print.ts'
import { oneModule, textOption } from '../read-arguments.ts'
import { EXIT_DONE, EXIT_REFUSED } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const softPurgeVerb: Verb = {
  name: 'soft-purge',
  summary: 'remove old generations that nobody pins; nobody is ever ended',
  usage: 'soft-purge MODULE[@N]',
  options: { reason: { type: 'string' } },
  help: `Without @N each old generation on its own: what is drained goes, what is pinned or marked keep stays and is named.
  --reason TEXT   why; it stands beside the act in the activity

JSON: {purged: [{module, number}], pinned: [{module, number, pids, readBy?: [{module, number}]}], kept?: [{module, number}]}
  readBy: loaded generations that were built with a class or another value of it; absent when there are none
  kept: left alone because they are marked keep; absent when there are none
Exit code 1 when something stayed because it is pinned.
`,
  async run(call) {
    const { module, number } = oneModule(call)
    const { purged, pinned, kept } = await call.client.modules.softPurge.mutate({
      module,
      generation: number,
      reason: textOption(call, 'reason'),
    })
    print(call, { purged, pinned, ...(kept.length === 0 ? {} : { kept }) }, () => {
      const lines = [
        ...purged.map((one) => `${one.module}@${one.number} purged`),
        ...pinned.map((one) => `${one.module}@${one.number} stays: ${whoKeeps(one)}`),
        ...kept.map((one) => `${one.module}@${one.number} stays: it is marked keep`),
      ]
      return lines.length === 0 ? `${module} has no old generation.\n` : `${lines.join('\n')}\n`
    })
    return pinned.length === 0 ? EXIT_DONE : EXIT_REFUSED
  },
}

function whoKeeps({
  pids,
  readBy = [],
}: {
  readonly pids: readonly string[]
  readonly readBy?: readonly { module: string; number: number }[]
}): string {
  return [
    ...(pids.length === 0 ? [] : [`pinned by ${countOf(pids.length, 'process', 'processes')} (${someOf(pids)})`]),
    ...readBy.map(({ module, number }) => `${module}@${number} was built with it`),
  ].join('; ')
}

const SHOWN_MAX = 10

function someOf(pids: readonly string[]): string {
  return pids.length <= SHOWN_MAX ? pids.join(', ') : `${pids.slice(0, SHOWN_MAX).join(', ')}, …`
}
