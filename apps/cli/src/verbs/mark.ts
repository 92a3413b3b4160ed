import { print } from '../print.ts'
import { flag, oneGeneration, requiredReason } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

const KINDS = ['bad', 'keep'] as const

export const markVerb: Verb = {
  name: 'mark',
  summary: 'mark a generation: bad, so that its content is not loaded again, or keep',
  usage: 'mark MODULE@N bad|keep [--off] --reason TEXT',
  options: { off: { type: 'boolean' }, reason: { type: 'string' } },
  help: `bad: the generation stays as it is, and every later load of its content is refused, also when it was purged.
keep: a soft purge that names no generation leaves it alone.
  --off           lift the mark
  --reason TEXT   why; it stands beside the mark

JSON: {module, number, kind: 'bad'|'keep', status: 'marked'|'unmarked'}
`,
  async run(call) {
    const { module, number, kind } = readMark(call)
    const reason = requiredReason(call)
    const { status } = await call.client.modules.mark.mutate({ module, number, kind, on: !flag(call, 'off'), reason })
    print(
      call,
      { module, number, kind, status },
      () => `${module}@${number} is ${status === 'marked' ? 'marked' : 'no longer marked'} ${kind}.\n`,
    )
    return EXIT_DONE
  },
}

function readMark(call: Call) {
  const [place, word, ...more] = call.positionals
  if (place === undefined) throw new UsageError('which generation? Write mark MODULE@N bad, or keep')
  const generation = oneGeneration(place)
  if (generation === undefined) throw new UsageError(`${place} is no generation; write session@3`)
  const kind = KINDS.find((one) => one === word)
  if (kind === undefined) throw new UsageError(`mark ${place} as what? One of ${KINDS.join(', ')}`)
  if (more.length > 0) throw new UsageError(`${more.join(' ')} is too much here`)
  return { ...generation, kind }
}
