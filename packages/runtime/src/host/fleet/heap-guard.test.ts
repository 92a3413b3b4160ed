import type { HeapInfo } from 'node:v8'
import { expect, test } from 'vitest'
import { ManualClock } from '../../testing/manual-clock.ts'
import { WORD_COUNT, WORD_SERIAL, WORD_TURN } from '../shared-words.ts'
import { HeapGuard } from './heap-guard.ts'

const MB = 2 ** 20

/** A guard of a thread in its turn 7, whose heap of 1,000 MB is asked for and answered by the test. */
function guardOfFull() {
  const words = new Int32Array(new SharedArrayBuffer(WORD_COUNT * Int32Array.BYTES_PER_ELEMENT))
  words[WORD_SERIAL] = 2
  words[WORD_TURN] = 7
  const clock = new ManualClock()
  const answers: ((heap: HeapInfo) => void)[] = []
  const cuts: number[] = []
  const guard = new HeapGuard({
    words,
    limitBytes: 1_000 * MB,
    clock,
    readHeap: () => new Promise((resolve) => answers.push(resolve)),
    cut: async (turn) => {
      cuts.push(turn)
      return 'cut'
    },
    condemn: () => {},
  })
  /** The heap at the next look. */
  const answer = async (usedMb: number): Promise<void> => {
    clock.advance(1_000)
    await new Promise(setImmediate)
    answers.shift()?.({ used_heap_size: usedMb * MB, external_memory: 0 } as HeapInfo)
    await new Promise(setImmediate)
  }
  return { words, cuts, guard, answer }
}

test('KILL5 the turn that the heap was read for is cut, and none that came meanwhile', async () => {
  const { words, cuts, guard, answer } = guardOfFull()
  guard.look()
  await answer(500)
  await answer(900)
  expect(cuts).toEqual([7])
  words[WORD_SERIAL] = 1
  words[WORD_TURN] = 8
  await answer(950)
  expect(cuts).toEqual([7])
})

test('KILL5 what others left in the heap is not the turn’s that comes after them', async () => {
  const { cuts, guard, answer } = guardOfFull()
  guard.look()
  for (const usedMb of [700, 780, 790]) await answer(usedMb)
  expect(cuts).toEqual([])
})
