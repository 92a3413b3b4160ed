import { expect, test } from 'vitest'
import type { CompiledModule, ExportInfo } from '../compiler/compiled.ts'
import type { CodeInstance } from './instance.ts'
import { ModuleLink, UndefError } from './module-links.ts'

function generation(number: number, exports: Record<string, unknown>, kinds: Record<string, ExportInfo['kind']> = {}): CodeInstance {
  const infos: ExportInfo[] = Object.keys(exports).map((name) => ({
    name,
    kind: kinds[name] ?? (typeof exports[name] === 'function' ? 'function' : 'value'),
    constant: name !== 'changing',
  }))
  const compiled: CompiledModule = {
    module: 'm',
    file: 'm.ts',
    hash: '',
    sourceHash: '',
    code: '',
    map: '',
    imports: [],
    uses: [],
    packages: [],
    packageNames: [],
    natives: [],
    releases: [],
    exports: infos,
    functions: [],
    nativeCallbacks: false,
    waits: false,
  }
  return {
    module: 'm',
    generation: number,
    compiled,
    instance: { exports: Object.assign(Object.create(null), exports), retire: () => {} },
    isRuntime: false,
    retired: null,
    reads: new Map(),
    tells: false,
    crashes: 0,
  }
}

const registers = { callee: undefined as unknown }

test('GEN13 an importer sees current, whatever becomes current', () => {
  const link = new ModuleLink('m')
  link.bind(generation(1, { v: () => 1 }))
  expect((link.ns['v'] as () => number)()).toBe(1)
  link.bind(generation(2, { v: () => 2 }))
  expect((link.ns['v'] as () => number)()).toBe(2)
})

test('GEN13 an imported function as a value is one object, which calls what is current (C2)', () => {
  const link = new ModuleLink('m')
  link.bind(generation(1, { v: (x: number) => [1, x] }))
  const external = link.external('v', registers) as (x: number) => unknown
  expect([7].map(external)).toEqual([[1, 7]])
  link.bind(generation(2, { v: (x: number) => [2, x] }))
  expect(external(8)).toEqual([2, 8])
  expect(link.external('v', registers)).toBe(external)
  expect([external.name, external.length]).toEqual(['v', 1])
})

test('GEN13 awaiting an external function enters its target, not a strand', () => {
  const link = new ModuleLink('m')
  const target = (): unknown => registers.callee
  link.bind(generation(1, { target }))
  const external = link.external('target', registers) as () => unknown
  registers.callee = external
  expect(external()).toBe(target)
})

test('GEN13 a class is the generation current at that read', () => {
  class One {}
  const link = new ModuleLink('m')
  link.bind(generation(1, { One }, { One: 'class' }))
  expect(link.external('One', registers)).toBe(One)
})

test('GEN5 a missing export, and every export after delete, throws undef', () => {
  const link = new ModuleLink('m')
  link.want(['gone'])
  expect(() => link.ns['gone']).toThrow(UndefError)
  link.bind(generation(1, { gone: 1 }))
  expect(link.ns['gone']).toBe(1)
  link.bind(undefined)
  expect(() => link.ns['gone']).toThrow(expect.objectContaining({ code: 'undef', module: 'm', export: 'gone' }))
})

test('GEN5 an external function outlives its export and then throws undef (C23)', () => {
  const link = new ModuleLink('m')
  link.bind(generation(1, { old: () => 'one' }))
  const external = link.external('old', registers) as () => unknown
  link.bind(generation(2, {}))
  expect(() => external()).toThrow(UndefError)
})

test('GEN13 a namespace as a value is a live, read-only view', () => {
  const link = new ModuleLink('m')
  link.bind(generation(1, { a: 1 }))
  const view = link.namespace(registers) as Record<string, unknown>
  expect({ ...view }).toEqual({ a: 1 })
  link.bind(generation(2, { b: 2 }))
  expect(Object.keys(view)).toEqual(['b'])
  expect(() => {
    view['b'] = 3
  }).toThrow(TypeError)
})

test('GEN13 a reassigned export is read anew each time', () => {
  const link = new ModuleLink('m')
  const instance = generation(1, { changing: 1 })
  link.bind(instance)
  instance.instance.exports['changing'] = 2
  expect(link.ns['changing']).toBe(2)
})
