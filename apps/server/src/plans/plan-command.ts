import type { ProcessFilter, Targets } from '@strata/runtime'
import type { Chosen, Matching, PlanRequest } from './plan-request.ts'

/** The `./strata` line that plans and does the same. */
export function planCommand(request: PlanRequest): string {
  switch (request.verb) {
    case 'purge':
      return `./strata purge ${generationText(request.module, request.generation)}`
    case 'kill':
      return `./strata kill ${chosenText(request)}`
    case 'exit':
      return `./strata exit ${chosenText(request)} --with ${quote(request.exitReason)}`
    case 'suspend':
    case 'resume':
      return `./strata ${request.verb} ${targetsText(request.targets)}`
    case 'move': {
      const { to, rate } = request
      return `./strata move ${targetsText(request.targets)}${to === undefined ? '' : ` --to ${to}`}${rate === undefined ? '' : ` --rate ${rate}`}`
    }
    case 'delete':
      return `./strata delete ${request.module}`
    case 'rollback':
      return `./strata rollback ${generationText(request.module, request.number)}`
    case 'restart-scheduler':
      return `./strata restart-scheduler ${request.scheduler}`
    case 'upgrade':
      return `./strata upgrade ${targetsText(request.targets)}`
    case 'load':
      return `./strata load ${request.sources.map(fileText).join(' ')} --old ${request.old}`
  }
}

function chosenText(targets: Chosen): string {
  return 'pids' in targets ? targets.pids.join(' ') : filterText(targets.matching)
}

/** The flags of `./strata ps`, behind `--matching`. */
function filterText({ module, generation, status, load, search, queueMin, ageMinSeconds, pinnedMinSeconds }: ProcessFilter): string {
  const flags: readonly (readonly [string, string | number | undefined])[] = [
    ['module', module],
    ['generation', generation],
    ['status', status],
    ['load', load],
    ['search', search === undefined ? undefined : quote(search)],
    ['queue-min', queueMin],
    ['age-min', ageMinSeconds],
    ['pinned-min', pinnedMinSeconds],
  ]
  return ['--matching', ...flags.flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]))].join(' ')
}

function generationText(module: string, generation: number | undefined): string {
  return generation === undefined ? module : `${module}@${generation}`
}

function targetsText(targets: Targets | Matching): string {
  return 'generation' in targets ? generationText(targets.module, targets.generation) : chosenText(targets)
}

/** A file that a shell takes as one word; a source that came from no file stands under its module's name. */
function fileText(source: { readonly module: string; readonly origin?: string | undefined }): string {
  const file = source.origin ?? `${source.module}.ts`
  return quote(file)
}

function quote(text: string): string {
  return /^[\w./@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
