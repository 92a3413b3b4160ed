import type { GenerationView, Plan } from '@strata/runtime'

type KnownGeneration = Pick<GenerationView, 'module' | 'number' | 'status' | 'hash' | 'loadedAt' | 'purge'>

/** Of a plan whose execution the server did not live to answer: the generations for which the history shows that it was carried out. */
export function findDone(plan: Plan, sinceMs: number, history: readonly KnownGeneration[]): readonly string[] {
  const since = (at: string): boolean => Date.parse(at) >= sinceMs
  switch (plan.verb) {
    case 'purge':
      return names(
        history.filter(
          ({ module, number, purge }) => module === plan.module && plan.generations.includes(number) && purge !== null && since(purge.at),
        ),
      )
    case 'load':
      return names(
        history.filter(
          ({ module, hash, loadedAt }) => since(loadedAt) && plan.modules.some((entry) => entry.module === module && entry.hash === hash),
        ),
      )
    case 'rollback':
      return plan.from === plan.becomes
        ? []
        : names(history.filter(({ module, number, status }) => module === plan.module && number === plan.becomes && status === 'current'))
    case 'delete':
      return names(history.filter(({ module, number, status }) => module === plan.module && number === plan.current && status === 'old'))
    default:
      // Processes ended with the runtime: there is nothing to find of what became of them before.
      return []
  }
}

function names(generations: readonly KnownGeneration[]): readonly string[] {
  return generations.map(({ module, number }) => `${module}@${number}`)
}
