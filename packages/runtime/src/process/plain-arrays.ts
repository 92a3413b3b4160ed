import { setFlagsFromString } from 'node:v8'

type SameMap = (a: object, b: object) => boolean

/** One array of each kind that V8 tells apart by their hidden class, those in messages most often first. */
const PLAIN: readonly unknown[][] = [[{}], [1], [1.5], holed([{}, 1]), holed([1, 1]), holed([1.5, 1])]

/**
 * Whether an array is surely of JavaScript's own class and has no properties but its items; false says nothing. The names of an array's properties cost 100 ns to ask for, because
 * its indexes are made into strings; V8's own comparison of hidden classes takes 10. Where that does not exist or tell what it should, this is never true.
 */
export const isPlainArray: (array: readonly unknown[]) => boolean = createCheck()

function holed(array: unknown[]): unknown[] {
  delete array[1]
  return array
}

function createCheck(): (array: readonly unknown[]) => boolean {
  const sameMap = compileSameMap()
  if (sameMap === undefined || !tellsNames(sameMap)) return () => false
  const [items, integers, numbers, ...others] = PLAIN as [unknown[], unknown[], unknown[], ...unknown[][]]
  return (array) =>
    sameMap(array, items) || sameMap(array, integers) || sameMap(array, numbers) || others.some((other) => sameMap(array, other))
}

function compileSameMap(): SameMap | undefined {
  setFlagsFromString('--allow-natives-syntax')
  try {
    return new Function('a', 'b', 'return %HaveSameMap(a, b)') as SameMap
  } catch {
    // A V8 without it.
    return undefined
  } finally {
    setFlagsFromString('--no-allow-natives-syntax')
  }
}

function tellsNames(sameMap: SameMap): boolean {
  class Derived extends Array {}
  return PLAIN.every(
    (plain) =>
      sameMap(plain, plain) === true &&
      sameMap(plain, Object.assign(plain.slice(), { name: 1 })) === false &&
      sameMap(plain, Derived.from(plain)) === false,
  )
}
