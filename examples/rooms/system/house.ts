import { run, type SupervisorSpec } from '@strata/runtime/supervisor'

/** The root: what belongs to it is started again when it ends. */
export async function start(): Promise<void> {
  return run('house')
}

export function init(): SupervisorSpec {
  return {
    strategy: 'rest-for-one',
    intensity: 10,
    children: [
      { id: 'rooms', start: { behaviour: 'supervisor', module: 'rooms', name: 'rooms' } },
      { id: 'members', start: { behaviour: 'supervisor', module: 'members', name: 'members' } },
      { id: 'lobby', start: { behaviour: 'server', module: 'lobby', name: 'lobby' } },
    ],
  }
}
