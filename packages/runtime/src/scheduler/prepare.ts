import type { CodeInstance } from '../code/instance.ts'
import { ownerOf } from '../process/frame.ts'
import type { Prepared } from '../process/prepared.ts'
import { RESUME_NEXT, RESUME_THROW } from '../process/strand.ts'
import type { Core } from './core.ts'
import { PROBED } from './registers.ts'
import { enterBeforehand } from './retired-code.ts'

// Taken before any user code runs: a module may replace it.
const { apply } = Reflect
const { toString: textOf } = Function.prototype

/** A function's `name` costs 50 ns to read: of a lowered one it is known. A class may have anything there. */
function shownName(name: unknown): string {
  return typeof name !== 'string' || name === '' || name === 'anonymous' ? 'function' : name
}

/**
 * Prepares a call so that its code is pinned before it is made: whoever asks keeps what is returned where `visitPins` finds it. A lowered function's frame is made here, without running any of its code. A synchronous function
 * shows itself by its first check, which throws `PROBED`; `giver`: whose call it counts as where that is a package's. Code without checks runs at once.
 */
export function prepareCall(
  core: Core,
  target: (...args: unknown[]) => unknown,
  args: readonly unknown[],
  giver: (core: Core) => CodeInstance | null,
): Prepared {
  const { registers, counter } = core
  const { callee, site } = registers
  const reductions = counter.r
  registers.probing = true
  registers.callee = target
  counter.r = -1
  let mode = RESUME_NEXT
  let value: unknown
  try {
    value = args.length === 0 ? target() : target(...args)
  } catch (error) {
    value = error
    mode = RESUME_THROW
  }
  const { caught, probed, pushed } = registers
  registers.probed = registers.caught = null
  registers.probing = false
  registers.callee = callee
  registers.site = site
  registers.pushed = null
  counter.r = reductions
  if (pushed !== null && mode === RESUME_NEXT) {
    const owner = ownerOf(pushed)
    const { name } = pushed.function
    if (owner.retired !== null) enterBeforehand(core, owner, name)
    return { type: 'frame', name: shownName(name), owner, generator: caught ?? (value as Generator), descriptor: pushed }
  }
  const name = shownName(target.name)
  if (value !== PROBED) return { type: 'settled', name, owner: null, mode, value }
  const owner = probed ?? giver(core)
  if (owner !== null) {
    enterBeforehand(core, owner, name)
  }
  return { type: 'function', name, owner, target, args }
}

/** What the names begin with that the compiler puts into code. */
const OUR_NAMES = '$$'

/**
 * The same for a function that runs in its time, whatever it is. Only code with checks is looked at: what has none would run. Native code, that of packages without checks and the process API (`isOurs`) pin nothing.
 * A bound function's text is that of native code, but it may be bound to a module's.
 */
export function prepareWork(
  core: Core,
  target: (...args: unknown[]) => unknown,
  args: readonly unknown[],
  isOurs: boolean,
  giver: (core: Core) => CodeInstance | null,
): Prepared {
  const text = apply(textOf, target, []) as string
  const isBound = text.endsWith('{ [native code] }') && shownName(target.name).startsWith('bound ')
  if (isOurs || (!isBound && !text.includes(OUR_NAMES)))
    return { type: 'function', name: shownName(target.name), owner: null, target, args }
  return prepareCall(core, target, args, giver)
}
