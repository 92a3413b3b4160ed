import { setFlagsFromString } from 'node:v8'

// Taken before any user code runs, which may replace the global.
const OriginalFunction = Function

export type ClassPredicate = (a: object, b: object) => boolean

/** V8 parses names of its own functions while it is told to, which is for the microseconds that this takes. */
function makeIntrinsic(body: string): ClassPredicate {
  setFlagsFromString('--allow-natives-syntax')
  try {
    const made = new OriginalFunction('a', 'b', body) as ClassPredicate
    // What is compiled at its first call is compiled now.
    made({}, {})
    return made
  } finally {
    setFlagsFromString('--no-allow-natives-syntax')
  }
}

const SAME_CLASS = 'return %HaveSameMap(a, b)'
let sameClass: ClassPredicate = makeIntrinsic(SAME_CLASS)

/**
 * Whether two objects have one hidden class of V8's: the same prototype, the same names in the same order, each a value or each an accessor. It says nothing of
 * elements, nor, of objects with very many names, of these. 4 ns, where asking for prototype and names takes 30, and for the names of an array 65.
 */
export function haveSameClass(a: object, b: object): boolean {
  try {
    return sameClass(a, b)
  } catch (error) {
    // V8 drops code that has long not run, and cannot parse this one again by itself.
    if (!(error instanceof SyntaxError)) throw error
    sameClass = makeIntrinsic(SAME_CLASS)
    return sameClass(a, b)
  }
}

/**
 * `haveSameClass` as a function of its own, which V8 puts into the one that calls it: for code that is made, and made again after a `SyntaxError`, which it throws once V8 has
 * dropped it.
 */
export function makeClassPredicate(): ClassPredicate {
  return makeIntrinsic(SAME_CLASS)
}

/** Whether the object's hidden class tells its names. */
export function classTellsNames(object: object): boolean {
  return makeIntrinsic('return %HasFastProperties(a)')(object, object)
}
