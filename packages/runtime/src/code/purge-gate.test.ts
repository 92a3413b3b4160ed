import { expect, test } from 'vitest'
import type { Counter } from '../abi.ts'
import { armCode, closeGate, decidePurge, endCode, enterCode, openGate, type GatedCode } from './purge-gate.ts'

// Two schedulers, each with one process that holds a function value of the old generation, and the control plane that soft-purges it: every interleaving of
// their steps, each step one that a thread takes without looking at another.

interface Steps {
  arm: typeof armCode
  enter: typeof enterCode
  decide: typeof decidePurge
}

const REAL: Steps = { arm: armCode, enter: enterCode, decide: decidePurge }
const OWN = { r: 4_000, m: 0 }

interface Thread {
  /** What the process still does, in order. */
  readonly todo: ('enter' | 'leave')[]
  readonly code: GatedCode & { counter: Counter }
  frames: number
  entries: number
  lost: number
  told: 'nothing' | 'close' | 'settle'
  answer: number | null
}

interface World {
  readonly gate: Int32Array
  readonly threads: readonly [Thread, Thread]
  control: 'start' | 'asked' | 'decided'
  verdict: 'purged' | 'open' | null
}

function createThread(todo: Thread['todo']): Thread {
  const code: Thread['code'] = {
    module: 'room',
    generation: 1,
    retired: null,
    counter: OWN,
    instance: {
      retire: (counter) => {
        code.counter = counter
      },
    },
  }
  return { todo: [...todo], code, frames: 0, entries: 0, lost: 0, told: 'nothing', answer: null }
}

/** A step by its name, or `undefined` when it cannot be taken now. */
type Step = readonly [name: string, take: () => void]

function stepsOf(world: World, steps: Steps): Step[] {
  const found: Step[] = []
  const { threads } = world
  threads.forEach((thread, index) => {
    const next = thread.todo[0]
    if (next === 'enter') found.push([`${index} enters`, () => enter(world, thread, steps)])
    if (next === 'leave')
      found.push([
        `${index} leaves`,
        () => {
          thread.todo.shift()
          if (thread.frames > 0) thread.frames--
        },
      ])
    if (thread.told === 'close')
      found.push([
        `${index} answers`,
        () => {
          thread.told = 'nothing'
          steps.arm(thread.code, world.gate)
          thread.answer = thread.frames
        },
      ])
    if (thread.told === 'settle')
      found.push([
        `${index} settles`,
        () => {
          thread.told = 'nothing'
          if (world.verdict === 'purged') endCode(thread.code)
          else enterCode(thread.code, OWN)
        },
      ])
  })
  if (world.control === 'start')
    found.push([
      'closes',
      () => {
        world.control = 'asked'
        for (const thread of threads) thread.told = 'close'
      },
    ])
  if (world.control === 'asked' && threads.every(({ answer }) => answer !== null))
    found.push([
      'decides',
      () => {
        const drained = threads.every(({ answer }) => answer === 0)
        const purged = drained && steps.decide(world.gate)
        if (!drained) openGate(world.gate)
        if (purged && threads.some(({ frames }) => frames > 0)) throw new Error('a pinned generation was purged')
        world.verdict = purged ? 'purged' : 'open'
        world.control = 'decided'
        for (const thread of threads) thread.told = 'settle'
      },
    ])
  return found
}

/** A call of the kept function: its first check looks when the counter is not the scheduler's own. */
function enter(world: World, thread: Thread, steps: Steps): void {
  thread.todo.shift()
  thread.entries++
  const entered = thread.code.counter === OWN || (thread.code.retired !== null && steps.enter(thread.code, OWN))
  if (entered) {
    thread.frames++
    if (world.verdict === 'purged') throw new Error('a frame stands in purged code')
  } else {
    thread.lost++
    if (world.verdict !== 'purged') throw new Error('an entry was lost though nothing was purged')
  }
}

interface Explored {
  interleavings: number
  purged: number
  refused: number
  lost: number
}

/** Every order of the steps, by running each from the beginning. Throws on the first that breaks a rule, with its steps. */
function explore(programs: readonly [Thread['todo'], Thread['todo']], steps: Steps): Explored {
  const seen: Explored = { interleavings: 0, purged: 0, refused: 0, lost: 0 }
  const choices: number[] = []
  for (;;) {
    const world: World = {
      gate: closeGate(),
      threads: [createThread(programs[0]), createThread(programs[1])],
      control: 'start',
      verdict: null,
    }
    const taken: string[] = []
    const widths: number[] = []
    try {
      for (let possible = stepsOf(world, steps); possible.length > 0; possible = stepsOf(world, steps)) {
        const choice = choices[taken.length] ?? 0
        widths.push(possible.length)
        const [name, take] = possible[choice] as Step
        taken.push(name)
        take()
      }
      if (world.threads.some(({ frames, entries, lost, todo }) => todo.length > 0 || frames > 0 || lost > entries))
        throw new Error('a frame was cut')
    } catch (error) {
      throw new Error(`${(error as Error).message}: ${taken.join(', ')}`, { cause: error })
    }
    seen.interleavings++
    if (world.verdict === 'purged') seen.purged++
    else seen.refused++
    seen.lost += world.threads[0].lost + world.threads[1].lost
    // The next order: the last step that can still be another one is.
    let last = widths.length - 1
    while (last >= 0 && (choices[last] ?? 0) + 1 === widths[last]) last--
    if (last < 0) return seen
    choices[last] = (choices[last] ?? 0) + 1
    choices.length = last + 1
  }
}

const CALL = ['enter', 'leave'] as const
const ONCE: Thread['todo'] = [...CALL]
const TWICE: Thread['todo'] = [...CALL, ...CALL]

test('PIN3 in every interleaving of two schedulers a call of a kept function wins or loses, and no frame is cut', () => {
  const once = explore([ONCE, ONCE], REAL)
  expect(once.interleavings).toBeGreaterThan(1_000)
  // Each side has its orders: the explorer really meets both outcomes.
  expect([once.purged > 0, once.refused > 0, once.lost > 0]).toEqual([true, true, true])
  expect(explore([TWICE, ONCE], REAL).interleavings).toBeGreaterThan(once.interleavings)
})

test('PIN3 a call inside a call pins like the first', () => {
  expect(explore([['enter', 'enter', 'leave', 'leave'], ONCE], REAL).interleavings).toBeGreaterThan(1_000)
})

test.each<[string, Partial<Steps>, RegExp]>([
  ['an entry that does not look', { enter: () => true }, /purged/],
  ['an answer before the counter is replaced', { arm: () => {} }, /pinned generation was purged/],
  ['a decision that does not compare', { decide: (gate) => Atomics.exchange(gate, 0, 2) !== 2 }, /pinned generation was purged/],
  ['an entry that always loses', { enter: () => false }, /lost though nothing was purged/],
])('PIN3 the exploration finds %s', (_name, broken, message) => {
  expect(() => explore([ONCE, ONCE], { ...REAL, ...broken })).toThrow(message)
})
