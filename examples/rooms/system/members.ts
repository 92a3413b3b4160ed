import type { SupervisorSpec } from '@strata/runtime/supervisor'

/** Members: one for each connection, and gone with it. */
export function init(): SupervisorSpec {
  return {
    strategy: 'dynamic',
    children: [{ id: 'member', restart: 'temporary', start: { behaviour: 'server', module: 'member', scheduler: 'spread' } }],
  }
}
