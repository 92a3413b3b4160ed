import type { SupervisorSpec } from '@strata/runtime/supervisor'

/** Rooms: one that crashes comes back, in the current generation. */
export function init(): SupervisorSpec {
  return {
    strategy: 'dynamic',
    intensity: 100,
    children: [{ id: 'room', restart: 'transient', start: { behaviour: 'server', module: 'room', scheduler: 'spread' } }],
  }
}
