import { readTypes } from './activity-filter.ts'

/** What the address asks of the timeline. Times as they stand in the inputs, in UTC. */
export interface ActivityChoice {
  readonly type: string | null
  readonly module: string | null
  readonly generation: number | null
  readonly actor: string | null
  readonly since: string | null
  readonly until: string | null
}

export function readChoice(parameters: URLSearchParams): ActivityChoice {
  const text = (name: string): string | null => parameters.get(name) || null
  const generation = text('generation')
  return {
    type: text('type'),
    module: text('module'),
    generation: generation === null ? null : Number(generation),
    actor: text('actor'),
    since: text('since'),
    until: text('until'),
  }
}

/** The server's part of the choice: a generation is picked out here, for lines name it in their own ways. */
export function activityQuery({ type, module, actor, since, until }: ActivityChoice) {
  const types = readTypes(type)
  return {
    ...(types === undefined ? {} : { types: [...types] }),
    ...(module === null ? {} : { module }),
    ...(actor === null ? {} : { actor }),
    ...instant('since', since),
    ...instant('until', until),
  }
}

/** `2026-11-22T03:00`, as an input of date and time gives it, is meant in UTC. */
function instant<Name extends 'since' | 'until'>(name: Name, text: string | null): { [N in Name]?: string } {
  if (text === null || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return {}
  const at = new Date(`${text.slice(0, 16)}Z`)
  return Number.isNaN(at.getTime()) ? {} : ({ [name]: at.toISOString() } as { [N in Name]?: string })
}

export function isFiltered(choice: ActivityChoice): boolean {
  return Object.values(choice).some((part) => part !== null)
}
