import { CopyMemory } from './copy-memory.ts'
import { expectedShape, fits, Place } from './learned-shapes.ts'
import type { Shape } from './learned-shapes.ts'
import { growTree } from './message-tree.ts'
import { sameItems } from './plain-items.ts'
import type { Plain } from './shape-copiers.ts'

/** Items at the beginning of an array that are compared with those before instead of being remembered. */
const COMPARED_MAX = 8
/**
 * How deep a message may nest. The copier recurses, at up to 800 bytes of stack a level before it is optimised, and has to fit into what a process's own
 * synchronous code left of the thread's 984 kB.
 */
export const MESSAGE_DEPTH_MAX = 500
/** Deeper literals leave trees no room below `MESSAGE_DEPTH_MAX`. */
const LITERAL_LEVELS_MAX = 400
/** Copies of one shape before a function is made for its trees, which takes some 0.3 ms. */
const COPIES_BEFORE_TREE = 500

// Of the copy in progress. No code of a user's runs during one, so there is one at a time.
let copy = 0
let depth = 0
let needsMemory = false

function begin(levels: number): void {
  copy = (copy + 1) & 0x3fff_ffff
  depth = levels
  needsMemory = false
}

/**
 * Copies a whole message, or all there is of objects in one, `levels` deep, where it has a shape that its place expects; `null` otherwise, and where something in there is not
 * what its place expects.
 */
export function copyWhole(message: object, place: Place, levels = 0): object | null {
  const { first } = place
  const hasRoom = levels < LITERAL_LEVELS_MAX
  if (first !== null && first.tree !== null && hasRoom) {
    const copied = first.tree.copy(message)
    if (copied !== null) return copied
  }
  const shape = expectedShape(place, message)
  if (shape === null) return null
  if (shape.tree === null) {
    if (++shape.copies === COPIES_BEFORE_TREE) shape.tree = growTree(shape)
  } else if (shape !== first && hasRoom) {
    const copied = shape.tree.copy(message)
    if (copied !== null) return copied
  }
  begin(levels)
  const copied = copyInto(message, shape, shape.repeats ? new CopyMemory() : null)
  if (copied !== null || !needsMemory) return copied
  shape.repeats = true
  begin(levels)
  return copyInto(message, shape, new CopyMemory())
}

/** Copies values that stand `levels` deep in a message, in their places in the list; false, and the list is as it was, where one is not what its place expects. */
export function copyExpectedLeaves(places: Place[], values: unknown[], levels: number): boolean {
  while (places.length < values.length) places.push(new Place())
  const only = onlyObject(values)
  if (only === REFUSED) return false
  if (only !== SEVERAL) {
    const copied = copyWhole(values[only] as object, places[only] as Place, levels)
    if (copied === null) return false
    values[only] = copied
    return true
  }
  begin(levels)
  const first = places[0] as Place
  if (copyEach(places, values, first.repeats ? new CopyMemory() : null)) return true
  if (!needsMemory) return false
  first.repeats = true
  begin(levels)
  return copyEach(places, values, new CopyMemory())
}

const SEVERAL = -1
const REFUSED = -2

/** Where the only object among values stands: nothing in it can be in another. */
function onlyObject(values: readonly unknown[]): number {
  let only = SEVERAL
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value === 'object') {
      if (value === null) continue
      if (only !== SEVERAL) return SEVERAL
      only = i
    } else if (typeof value === 'function' || typeof value === 'symbol') return REFUSED
  }
  return only
}

function copyEach(places: Place[], values: unknown[], memory: CopyMemory | null): boolean {
  let before: unknown[] | null = null
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value === 'object') {
      if (value === null) continue
      const copied = copyExpected(value, places[i] as Place, memory)
      if (copied === null) {
        if (before !== null) for (let j = 0; j < before.length; j++) values[j] = before[j]
        return false
      }
      before ??= values.slice()
      values[i] = copied
    } else if (typeof value === 'function' || typeof value === 'symbol') {
      if (before !== null) for (let j = 0; j < before.length; j++) values[j] = before[j]
      return false
    }
  }
  return true
}

/**
 * Copies an object that has a shape that its place expects, and so with all that is in it; `null` otherwise. No code of a user's runs in here: whoever gets `null`
 * copies the message again, the exact way. Without a memory it is `null`, too, where two objects might be one. A circle ends at the depth.
 */
export function copyExpected(value: object, place: Place, memory: CopyMemory | null): object | null {
  const shape = expectedShape(place, value)
  if (shape === null) return null
  const { kind } = shape
  if (kind.seen !== copy) kind.seen = copy
  else if (memory === null) {
    needsMemory = true
    return null
  } else {
    const known = memory.find(value)
    if (known !== undefined) return known
  }
  return copyInto(value, shape, memory)
}

function copyInto(value: object, shape: Shape, memory: CopyMemory | null): object | null {
  if (++depth > MESSAGE_DEPTH_MAX) return null
  const copied = shape.copier === null ? copyItems(value as unknown[], shape, memory) : shape.copier(value as Plain, memory)
  depth--
  return copied
}

function copyItems(source: unknown[], shape: Shape, memory: CopyMemory | null): unknown[] | null {
  const out = sameItems(source)
  const place = shape.items as Place
  let before: Shape | null = null
  for (let i = 0; i < out.length; i++) {
    const item = out[i]
    if (typeof item === 'object') {
      if (item === null) continue
      let copied: object | null
      if (memory === null && before !== null && i < COMPARED_MAX && fits(before, item)) {
        for (let j = 0; j < i; j++) {
          if (source[j] !== item) continue
          needsMemory = true
          return null
        }
        copied = copyInto(item, before, memory)
      } else {
        copied = copyExpected(item, place, memory)
        before = place.first
      }
      if (copied === null) return null
      out[i] = copied
    } else if (typeof item === 'function' || typeof item === 'symbol' || (item === undefined && shape.holey)) return null
  }
  if (memory !== null) memory.add(source, out)
  return out
}
