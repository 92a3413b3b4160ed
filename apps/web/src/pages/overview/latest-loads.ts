import type { ModuleView } from '@strata/runtime'

export interface LatestLoad {
  readonly module: string
  readonly number: number
  /** The loaded generation to roll back to; `null` when there is none. */
  readonly before: number | null
  readonly loadedAt: string
  readonly loadedBy: string
  readonly note: string
}

/** What is current, the latest load first, with the generation that was loaded before it. */
export function listLatest(modules: readonly ModuleView[]): readonly LatestLoad[] {
  return modules
    .flatMap(({ name, layers }): LatestLoad[] => {
      const current = layers.find(({ status }) => status === 'current')
      if (current === undefined) return []
      const { number, loadedAt, loadedBy, note } = current
      const older = layers.filter((layer) => layer.number < number).map((layer) => layer.number)
      return [{ module: name, number, before: older.length === 0 ? null : Math.max(...older), loadedAt, loadedBy, note }]
    })
    .toSorted((a, b) => (a.loadedAt < b.loadedAt ? 1 : -1))
}
