import { expect, test } from 'vitest'
import { compareStates, emptyState, type SeenState } from '../soak/known-state.ts'
import { runRestarts } from '../soak/restarts.ts'

const KILLS = 10
const SEED = 20_261_122

test('RESTART4 after kill -9 at random instants nothing acknowledged is missing, nothing is half done, the trail verifies', async () => {
  const lines: string[] = []
  const result = await runRestarts({ kills: KILLS, seed: SEED, tell: (line) => lines.push(line) })
  expect(result.problems, lines.join('\n')).toEqual([])
  expect(result.commands).toBeGreaterThan(KILLS)
})

test('RESTART4 what is missing, half done or cut would be seen', () => {
  const known = emptyState()
  known.generations.set(
    'left',
    new Map([
      [1, { note: 'a', purged: false, kept: true }],
      [2, { note: 'b', purged: true, kept: false }],
    ]),
  )
  known.current.set('left', 1)
  known.notes.add('b')
  known.acts.set('plan', 'done')
  known.acts.set('move', 'begun')
  known.head = 'hash'
  const seen: SeenState = {
    modules: [{ name: 'left', current: 3, hold: null }],
    generations: new Map([
      [
        'left',
        [
          { number: 3, status: 'current', note: 'c', hash: '', markedKeep: null },
          { number: 2, status: 'old', note: 'b', hash: '', markedKeep: null },
        ],
      ],
    ]),
    roots: [{ module: 'left', generation: 2 }],
    notes: new Set(),
    acts: new Map([
      ['plan', 'interrupted'],
      ['other', 'running'],
    ]),
    trail: { status: 'intact', containsHead: false, head: '' },
  }
  expect(compareStates(known, seen, null)).toEqual([
    'left@1 is missing',
    'left@2 was purged and is old',
    'left: numbers are not whole',
    'left@3 is current, 1 was',
    'a set was loaded by half: left@3 of 2, right@null of 0',
    '1 root processes run, not 21',
    'a root process is in left@2, which is not current',
    'the trail does not tell of "b"',
    'act plan was done and is interrupted',
    'act move was begun and is missing',
    'act other runs still',
    'the trail was cut behind hash',
  ])
})
