import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { compareTranscripts } from './compare.ts'
import { DIFFERENCES } from './differences.ts'
import { readRecorded } from './recorded.ts'
import { formatFailure } from './report.ts'
import { StrataSide } from './strata-side.ts'

const { release, sequences } = readRecorded()

describe(`OTP1 what Erlang/OTP ${release} was seen to do, Strata does, or the difference is listed`, () => {
  const ours = new StrataSide({ trials: false })
  const met = new Set<string>()
  afterAll(() => ours.stop())

  test.each(sequences)('OTP1 $name', async ({ name, operations, transcript }) => {
    const shown = await ours.run(operations)
    const comparison = compareTranscripts(operations, shown, transcript)
    for (const { difference } of comparison.met) met.add(difference.id)
    expect(comparison.status, formatFailure(name, operations, shown, transcript)).toBe('same')
  })

  test('OTP1 each listed difference is met', () => {
    expect([...met].toSorted()).toEqual(DIFFERENCES.map(({ id }) => id).toSorted())
  })
})

test('OTP1 the specification names every listed difference, and no other', () => {
  const spec = readFileSync(join(import.meta.dirname, '../../SPEC.md'), 'utf8')
  const listed = [...spec.matchAll(/^- `([a-z-]+)` \(\*([^*]+)\*\)/gm)].map(([, id, facts]) => `${id}: ${facts}`)
  expect(listed.toSorted()).toEqual(DIFFERENCES.map(({ id, facts }) => `${id}: ${facts.join(', ')}`).toSorted())
})
