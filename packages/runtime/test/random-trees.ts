import fc from 'fast-check'
import type { ChildSpec, SupervisorSpec } from '../src/behaviours/supervisor.ts'

/** Supervision trees to try, and whom to kill in them. */

type Place = ChildSpec['start']['scheduler']

interface Leaf {
  readonly restart: 'permanent' | 'transient' | 'temporary'
  readonly how: string
  readonly on: Place
}

interface Inner extends Omit<Leaf, 'how'> {
  readonly strategy: 'one-for-one' | 'one-for-all' | 'rest-for-one'
  readonly intensity: number
  readonly children: readonly Leaf[]
}

interface Tree extends Leaf {
  readonly id: string
  readonly below: (Pick<Inner, 'strategy' | 'intensity'> & { readonly children: readonly Tree[] }) | null
}

export interface RandomTree extends Pick<Inner, 'strategy' | 'intensity'> {
  readonly children: readonly (Leaf | Inner)[]
  /** Indices among the processes, modulo their count. */
  readonly kills: readonly number[]
}

/** Of two levels below the root, each process on one of these schedulers. */
export function treesOn(places: readonly Place[]): fc.Arbitrary<RandomTree> {
  const restart = fc.constantFrom('permanent' as const, 'transient' as const, 'temporary' as const)
  const strategy = fc.constantFrom('one-for-one' as const, 'one-for-all' as const, 'rest-for-one' as const)
  const intensity = fc.integer({ min: 0, max: 3 })
  const on = fc.constantFrom(...places)
  const leaf: fc.Arbitrary<Leaf> = fc.record({ restart, how: fc.constantFrom('server', 'plain'), on })
  const inner: fc.Arbitrary<Inner> = fc.record({
    restart,
    on,
    strategy,
    intensity,
    children: fc.array(leaf, { minLength: 1, maxLength: 4 }),
  })
  return fc.record({
    strategy,
    intensity,
    children: fc.array(fc.oneof(leaf, inner), { minLength: 1, maxLength: 4 }),
    kills: fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
  })
}

export function named(children: readonly (Leaf | Inner)[], prefix: string): Tree[] {
  return children.map((child, index) => {
    const id = `${prefix}${index}`
    const { restart, on } = child
    if ('how' in child) return { id, restart, on, how: child.how, below: null }
    const { strategy, intensity } = child
    return { id, restart, on, how: '', below: { strategy, intensity, children: named(child.children, `${id}.`) } }
  })
}

/** Without names: one that is still taken when its process is started again would be a start that fails, which nobody can know beforehand. */
export function specOf({ id, restart, how, on, below: inside }: Tree): ChildSpec {
  const place = on === undefined ? {} : { scheduler: on }
  if (inside !== null) {
    const spec: SupervisorSpec = { strategy: inside.strategy, intensity: inside.intensity, children: inside.children.map(specOf) }
    return { id, start: { behaviour: 'supervisor', module: 'sup', args: [spec], ...place }, restart }
  }
  // A process of the user's that traps exits decides itself what it does when its supervisor is killed; a server obeys.
  if (how === 'server') return { id, start: { behaviour: 'server', module: 'kid', args: [id], ...place }, restart }
  return { id, start: { module: 'kid', export: 'start', args: [id, how], ...place }, restart }
}
