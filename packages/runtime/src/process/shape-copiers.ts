import { InvariantError } from '../errors.ts'
import { copyExpected } from './expected-copy.ts'
import { KeyShapes, Place } from './learned-shapes.ts'
import type { FastCopier } from './learned-shapes.ts'

/** A plain object whose keys are in the order of one shape. */
export type Plain = Record<string, unknown>

/** What a copier needs of the copy in progress. */
export interface NestedCopy {
  /** Tells what an object was copied to, before what is in it is copied: circles and shared parts stay what they are. */
  remember(source: object, copied: object): unknown
  copy(value: unknown, key: string, place?: Place): unknown
}

/** Copies an object of one shape. Without a copy in progress `begin` starts one at the first value that is not primitive. */
export type ShapeCopier = (source: Plain, copy: NestedCopy | null, begin: (source: Plain, out: Plain) => NestedCopy) => Plain

/** More keys than that are copied one by one. */
const KEYS_MAX = 24
const KEY_LENGTH_MAX = 64
/** Objects of a shape that are seen before a copier is made, which takes some 50 µs. */
const SEEN_BEFORE_MADE = 16
/** Shapes known to one thread; those that come later are copied key by key. */
const NODES_MAX = 4_000
const COPIERS_MAX = 400

// Taken before any user code runs, which may replace the global.
const OriginalFunction = Function

/** A copier, and the shapes that have its keys. */
export interface Known {
  readonly copier: ShapeCopier
  readonly shapes: KeyShapes
}

/** The keys up to here, in order: V8 keeps hidden classes as such a tree, too, but does not show them. */
class ShapeNode {
  readonly key: string
  readonly keys: readonly string[]
  /** The child seen first, and the others. */
  first: ShapeNode | null = null
  others: ShapeNode[] | null = null
  seen = 0
  copier: ShapeCopier | null = null
  /** Made with the copier. */
  shapes: KeyShapes | null = null
  constructor(key: string, keys: readonly string[]) {
    this.key = key
    this.keys = keys
  }
}

const root = new ShapeNode('', [])
let nodes = 0
let copiers = 0

/** What is known of the keys of a plain object, if they came often. */
export function knownFor(source: Plain): Known | null {
  let node: ShapeNode = root
  for (const key in source) {
    const { first } = node
    if (first !== null && first.key === key) {
      node = first
      continue
    }
    const child = otherChild(node, key)
    if (child === null) return null
    node = child
  }
  return node.copier !== null || (node.seen < SEEN_BEFORE_MADE && see(node)) ? (node as ShapeNode & Known) : null
}

function otherChild(node: ShapeNode, key: string): ShapeNode | null {
  const { others } = node
  if (others !== null) {
    for (let i = 0; i < others.length; i++) {
      const child = others[i] as ShapeNode
      if (child.key === key) return child
    }
  }
  // An index has its own place in the order, and a literal's `__proto__` is no key.
  if (nodes >= NODES_MAX || node.keys.length >= KEYS_MAX || key.length > KEY_LENGTH_MAX || /^\d|^__proto__$/.test(key)) return null
  if (others !== null && others.length >= KEYS_MAX) return null
  const child = new ShapeNode(key, [...node.keys, key])
  nodes++
  if (node.first === null) node.first = child
  else if (others === null) node.others = [child]
  else others.push(child)
  return child
}

function see(node: ShapeNode): boolean {
  if (++node.seen < SEEN_BEFORE_MADE || copiers >= COPIERS_MAX || node.keys.length === 0) return false
  copiers++
  const places = node.keys.map(() => new Place())
  const copier = makeCopier(node.keys, places)
  node.copier = copier
  node.shapes = new KeyShapes({ keys: node.keys, places }, makeFastCopier(node.keys, places), (source) => copier(source, null, unreachable))
  return true
}

function unreachable(): never {
  throw new InvariantError('all values of an exemplar are primitive')
}

/**
 * An object literal with these keys: V8 makes one in 10 ns, where storing key by key under names it does not know beforehand takes 20 ns each. Values are read once, in order,
 * before anything is copied.
 */
function makeCopier(keys: readonly string[], places: readonly Place[]): ShapeCopier {
  const names = keys.map((key) => JSON.stringify(key))
  const read = names.map((name, i) => `v${i} = source[${name}]`)
  const literal = names.map((name, i) => `${name}: v${i}`)
  const nested = names.map(
    (name, i) =>
      `if (typeof v${i} === 'object' ? v${i} !== null : typeof v${i} === 'function' || typeof v${i} === 'symbol') { if (copy === null) copy = begin(source, out); out[${name}] = copy.copy(v${i}, ${name}, places[${i}]) }`,
  )
  const body = `'use strict'; return (source, copy, begin) => { const ${read.join(', ')}; const out = { ${literal.join(', ')} }; if (copy !== null) copy.remember(source, out); ${nested.join('; ')}; return out }`
  return new OriginalFunction('places', body)(places) as ShapeCopier
}

/** The same where the hidden class has told all but the values: what is in the object is copied first, so each field is stored once. */
function makeFastCopier(keys: readonly string[], places: readonly Place[]): FastCopier {
  const names = keys.map((key) => JSON.stringify(key))
  const read = names.map((name, i) => `v${i} = source[${name}]`)
  const literal = names.map((name, i) => `${name}: v${i}`)
  const nested = keys.map(
    (_, i) =>
      `if (typeof v${i} === 'object') { if (v${i} !== null) { v${i} = copy(v${i}, p${i}, memory); if (v${i} === null) return null } } else if (typeof v${i} === 'function' || typeof v${i} === 'symbol') return null`,
  )
  const body = `'use strict'; const [${keys.map((_, i) => `p${i}`).join(', ')}] = places; return (source, memory) => { let ${read.join(', ')}; ${nested.join('; ')}; const out = { ${literal.join(', ')} }; if (memory !== null) memory.add(source, out); return out }`
  return new OriginalFunction('places', 'copy', body)(places, copyExpected) as FastCopier
}
