import type { PlanRequest } from './plan-request.ts'

/** The `./strata` line that plans and does the same. */
export function planCommand(request: PlanRequest): string {
  switch (request.verb) {
    case 'purge':
      return `./strata purge ${generationText(request.module, request.generation)}`
    case 'kill':
      return `./strata kill ${request.pids.join(' ')}`
    case 'delete':
      return `./strata delete ${request.module}`
    case 'rollback':
      return `./strata rollback ${generationText(request.module, request.number)}`
    case 'restart-scheduler':
      return `./strata restart-scheduler ${request.scheduler}`
    case 'upgrade':
      return 'pids' in request.targets
        ? `./strata upgrade ${request.targets.pids.join(' ')}`
        : `./strata upgrade ${generationText(request.targets.module, request.targets.generation)}`
    case 'load':
      return `./strata load ${request.sources.map(fileText).join(' ')} --old ${request.old}`
  }
}

function generationText(module: string, generation: number | undefined): string {
  return generation === undefined ? module : `${module}@${generation}`
}

/** A file that a shell takes as one word; a source that came from no file stands under its module's name. */
function fileText(source: { readonly module: string; readonly origin?: string | undefined }): string {
  const file = source.origin ?? `${source.module}.ts`
  return /^[\w./@-]+$/.test(file) ? file : `'${file.replaceAll("'", `'\\''`)}'`
}
