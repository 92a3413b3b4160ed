import { expect, test } from 'vitest'
import { createTestScheduler } from '../src/testing/test-scheduler.ts'

async function answerOf(modules: Readonly<Record<string, string>>): Promise<unknown> {
  const run = createTestScheduler({ modules })
  const answer = await run.apply('main', 'main')
  run.stop()
  return answer?.status === 'answered' ? answer.value : answer
}

const parts = `export let count = 0
export function add() { return ++count }
export class Part { kind() { return 'part' } }
export { add as 'by name' }`

test('GEN13 a namespace is read-only as in JavaScript: assigning, updating and deleting what it exports throws TypeError', async () => {
  const main = `import * as parts from './parts.ts'
export async function main() {
  const said = []
  for (const act of [() => { parts.count = 1 }, () => { parts.count++ }, () => { [parts.count] = [1] }, () => { delete parts.count }, () => { delete parts['add'] }])
    try { act(); said.push('done') } catch (error) { said.push(error.name) }
  said.push(Reflect.deleteProperty(parts, 'absent'), Reflect.setPrototypeOf(parts, null), Reflect.setPrototypeOf(parts, {}), Object.getPrototypeOf(parts))
  return said
}`
  expect(await answerOf({ parts, main })).toEqual([...Array<string>(5).fill('TypeError'), true, true, false, null])
})

test('GEN13 a namespace enumerates its exports by code unit and then its tag', async () => {
  const main = `import * as parts from './parts.ts'
export async function main() {
  const seen = []
  for (const name in parts) seen.push(name)
  const { value, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(parts, Symbol.toStringTag)
  return [seen, Object.keys(parts), Reflect.ownKeys(parts).length, Symbol.toStringTag in parts, Object.prototype.toString.call(parts), [value, writable, enumerable, configurable], { ...parts }.count]
}`
  const names = ['Part', 'add', 'by name', 'count']
  expect(await answerOf({ parts, main })).toEqual([names, names, 5, true, '[object Module]', ['Module', false, false, false], 0])
})

test('GEN13 imports are values: stored, listed, passed on and extended as classes', async () => {
  const facade = `export { add, Part as Piece } from './parts.ts'
export * as all from './parts.ts'
import { add } from './parts.ts'
export const table = { add }`
  const main = `import { add, Piece, all, table } from './facade.ts'
import * as facade from './facade.ts'
class Own extends Piece { kind() { return 'own ' + super.kind() } }
export async function main() {
  const stored = add
  return [[1, 2].map(add), table.add(), stored(), all.add(), facade.all.count, all['by name'](), new Own().kind(), new Own() instanceof Piece, stored === add, add.name, add.length, Object.keys(facade)]
}`
  expect(await answerOf({ parts, facade, main })).toEqual([
    [1, 2],
    3,
    4,
    5,
    5,
    6,
    'own part',
    true,
    true,
    'add',
    0,
    ['Piece', 'add', 'all', 'table'],
  ])
})

test('GEN4 modules of a circle read a var, a function and a class of each other while their bodies run', async () => {
  const first = `import { late, give, seen } from './second.ts'
export var early = 'early'
export function mine() { return 'mine' }
export default (function named() { return 'named' })
export const told = [late, give(), seen]`
  const second = `import { early, mine } from './first.ts'
import named from './first.ts'
export var late = 'late'
export function give() { return 'given' }
export const seen = [early, mine()]
export const read = () => [early, named.name]`
  const main = `import { told } from './first.ts'
import { read } from './second.ts'
export async function main() { return [told, read()] }`
  expect(await answerOf({ first, second, main })).toEqual([
    ['late', 'given', [undefined, 'mine']],
    ['early', 'named'],
  ])
})
