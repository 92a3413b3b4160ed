import { makeClassPredicate } from './hidden-class.ts'
import type { Shape } from './learned-shapes.ts'
import { copyPlainItems, sameItems } from './plain-items.ts'
import { planTree } from './tree-plan.ts'
import { writeTree } from './write-tree.ts'

/** `undefined`: the message is of another shape. */
type TreeCopier = (message: object) => object | null | undefined

/** Messages that did not fit before it is looked at how many did. */
const MISFITS = 32
/** Of so many messages one may be no fit: that one is looked at in vain. */
const FITS_FOR_MISFIT = 8
/** Trees change while places learn; one that was made so often is given up. */
const GROWTHS_MAX = 4
/** Trees of one thread. */
const TREES_MAX = 200

// Taken before any user code runs, which may replace the global.
const OriginalFunction = Function

let trees = 0

/** Copies whole messages of one shape by one function, which is made for all that its places expected when it was made. */
export class MessageTree {
  readonly #shape: Shape
  #copier: TreeCopier | null = null
  #growths = 0
  #fits = 0
  #misfits = 0

  constructor(shape: Shape) {
    this.#shape = shape
    this.#grow()
  }

  /** `null` where it has another shape, something in there is not what its place expects, or where two objects are one. */
  copy(message: object): object | null {
    if (this.#copier === null) return null
    try {
      const copied = this.#copier(message)
      if (copied === undefined) return null
      if (copied !== null) {
        this.#fits++
        return copied
      }
    } catch (error) {
      // V8 has dropped the predicate, which it cannot parse again.
      if (!(error instanceof SyntaxError)) throw error
      this.#grow()
      return null
    }
    if (++this.#misfits === MISFITS) this.#judge()
    return null
  }

  #judge(): void {
    if (this.#fits < MISFITS * FITS_FOR_MISFIT) {
      if (++this.#growths < GROWTHS_MAX) this.#grow()
      else this.#copier = null
    }
    this.#fits = this.#misfits = 0
  }

  #grow(): void {
    const plan = planTree(this.#shape)
    if (plan === undefined) {
      this.#copier = null
      return
    }
    const { text, exemplars } = writeTree(plan)
    const made = new OriginalFunction('exemplars', 'same', 'itemsOf', 'plainItemsOf', text) as (...given: unknown[]) => TreeCopier
    this.#copier = made(exemplars, makeClassPredicate(), sameItems, copyPlainItems)
  }
}

/** The tree of a shape, as long as there are not too many. */
export function growTree(shape: Shape): MessageTree | null {
  return trees++ < TREES_MAX ? new MessageTree(shape) : null
}
