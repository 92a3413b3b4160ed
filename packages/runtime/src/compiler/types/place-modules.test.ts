import { expect, test } from 'vitest'
import { placeModules } from './place-modules.ts'
import type { TypedModule } from './type-request.ts'

const entry = (module: string, origin: string, generation: number | null = 1): TypedModule => ({
  module,
  generation,
  origin,
  hash: `text of ${module}`,
})
const textOf = (hash: string) => hash

test('DIAG5 a module stands where it came from, and its name leads there', () => {
  const { files, owners } = placeModules(
    [entry('a', 'a.ts'), entry('b', 'generations/b/2.ts')],
    [entry('a', 'a.ts', 7)],
    textOf,
    () => undefined,
  )
  expect(Object.fromEntries(files)).toEqual({
    'a.ts': 'text of a',
    'generations/b/2.ts': 'text of b',
    'b.ts': 'export * from "./generations/b/2.ts"\n',
    'a@generation-7.ts': 'text of a',
  })
  expect([...owners.keys()]).toEqual(['a.ts', 'generations/b/2.ts', 'a@generation-7.ts'])
})

test('DIAG5 two modules from one file, and one from the file of another, do not displace each other', () => {
  const { files, owners } = placeModules([entry('a', 'fix.ts'), entry('b', 'fix.ts'), entry('c', 'a.ts')], [], textOf, () => undefined)
  expect([...owners].map(([path, { module }]) => `${path} ${module}`)).toEqual(['fix.ts a', 'fix@1.ts b', 'a@1.ts c'])
  expect(files.get('a.ts')).toContain('./fix.ts')
  expect(files.get('c.ts')).toContain('./a@1.ts')
})

test('DIAG5 a default export and types of the file that a text stands for are passed on', () => {
  const text = 'export default 1\nexport type Own = 1'
  const folder = 'export interface State {}\nexport type Own = 2'
  const { files } = placeModules(
    [{ ...entry('a', 'generations/a/2.ts'), hash: 'h' }],
    [],
    () => text,
    () => folder,
  )
  expect(files.get('a.ts')).toBe(
    'export * from "./generations/a/2.ts"\nexport { default } from "./generations/a/2.ts"\nexport type { State } from "./a@folder.ts"\n',
  )
})
