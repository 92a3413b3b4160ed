import type { Case } from './case.ts'
import type { Deed, Operation, Subject, Way } from './operations.ts'

/** A version by how it has its `f`. */
const EXPORTED = 1
const LOCAL = 2
const FEATURES = { exported: [1, 4], local: [2, 5], absent: [3, 6] } as const
type Feature = keyof typeof FEATURES

/** Processes: 0 the watcher, 1 in the module itself, 2 in the other one. */
const CALLS: readonly Operation[] = [
  ['do', 1, 'local'],
  ['do', 1, 'local_f'],
  ['do', 1, 'qual', 'a'],
  ['do', 1, 'qual_f', 'a'],
  ['do', 2, 'qual', 'a'],
  ['do', 2, 'qual_f', 'a'],
  ['do', 1, 'call_fun', 0],
  ['do', 1, 'call_fun', 1],
  ['do', 1, 'call_fun', 2],
  ['do', 2, 'call_fun', 0],
]

function functions(process: number, subject: Subject): Operation[] {
  const kinds = ['closure', 'external', 'qualified'] as const
  return kinds.map((kind, index): Operation => ['do', process, ...(['fun', index, kind, subject] satisfies Deed)])
}

/**
 * The call matrix of OTP's own code suite (its case `upgrade`): `f` {exported, local} in V1 × {exported, local, absent} in V2, called locally, through the
 * name, from another module and through kept functions, before the load, after it, after the process moved, after the other module was upgraded too,
 * after delete and after each was purged; once for each way to load.
 */
export const CALL_MATRIX: readonly Case[] = (['load_module', 'load_file', 'load_binary', 'l', 'soft'] as const).flatMap((way) =>
  [EXPORTED, LOCAL].flatMap((first) =>
    (Object.keys(FEATURES) as Feature[]).map((feature) => ({
      name: `call matrix: f ${first === EXPORTED ? 'exported' : 'local'} in V1, ${feature} in V2, loaded by ${way}`,
      operations: upgradeOf(first, FEATURES[feature][1], way),
    })),
  ),
)

function upgradeOf(first: number, second: number, way: Way): Operation[] {
  return [
    ['load', 'a', first, way],
    ['load', 'b', 1, way],
    ['do', 0, 'spawn', 'a', 'monitor'],
    ['do', 0, 'spawn', 'b', 'monitor'],
    ...functions(1, 'a'),
    ['do', 2, 'fun', 0, 'external', 'a'],
    ...CALLS,
    ['load', 'a', second, way],
    ...CALLS,
    ['do', 1, 'move', 'a'],
    ...CALLS,
    ['load', 'b', 2, way],
    ['do', 2, 'move', 'b'],
    ...CALLS,
    ['soft_purge', 'a'],
    ...CALLS,
    ['delete', 'a'],
    ...CALLS,
    ['soft_purge', 'a'],
    ['purge', 'a'],
    ...CALLS,
    ['do', 0, 'drain'],
  ]
}
