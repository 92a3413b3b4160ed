import type { Epoch } from './epoch.ts'
import type { SchedulerLink } from './scheduler-link.ts'

/**
 * Prepares a change of what is current on each scheduler, then publishes it on all by one store (GEN3). When one of them cannot, none of them does: what the others
 * have prepared is withdrawn.
 */
export async function publishOn<T>(
  { epoch }: { readonly epoch: Epoch },
  links: readonly SchedulerLink[],
  prepare: (links: readonly SchedulerLink[], epoch: number) => Promise<T>,
): Promise<T> {
  const { next } = epoch
  try {
    const prepared = await prepare(links, next)
    epoch.publish()
    return prepared
  } catch (error) {
    for (const link of links) link.tell('withdraw', { epoch: next })
    throw error
  }
}
