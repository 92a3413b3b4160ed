import { expect, test } from 'vitest'
import type { ActivityLine } from '@strata/server'
import { activityCsv } from './activity-csv.ts'
import { ACTIVITY_GROUPS } from './activity-filter.ts'
import { activityQuery, readChoice } from './activity-query.ts'

const head = { id: 7, seq: 1, at: '2026-11-22T14:00:00.000Z', node: 'local', life: 'a' }

test('AUDIT3 an exported line has its sentence and its facts, and no cell that a spreadsheet would run', () => {
  const line: ActivityLine = { ...head, type: 'held', module: 'session', until: null, by: { actor: 'anna', reason: '=1+1 "x"' } }
  const [heads, row, end] = activityCsv([line]).split('\r\n')
  expect(heads).toBe('"id","time (UTC)","kind","what","detail","facts"')
  expect(row).toContain('"7","2026-11-22T14:00:00.000Z","Hold"')
  expect(row).toContain(`"'=1+1 ""x"""`)
  expect(row).toContain('""module"":""session""')
  expect(end).toBe('')
})

test('AUDIT3 the address is the whole choice: kinds, module, who and times in UTC', () => {
  const choice = readChoice(new URLSearchParams('type=purges&module=session&actor=anna&since=2026-11-22T03:00&until=nonsense&generation=3'))
  expect(choice).toMatchObject({ generation: 3 })
  expect(activityQuery(choice)).toEqual({
    types: ACTIVITY_GROUPS.find(({ key }) => key === 'purges')?.types,
    module: 'session',
    actor: 'anna',
    since: '2026-11-22T03:00:00.000Z',
  })
  expect(activityQuery(readChoice(new URLSearchParams()))).toEqual({})
})
