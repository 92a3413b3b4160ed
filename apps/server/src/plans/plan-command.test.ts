import { parsePid, type Pid } from '@strata/runtime'
import { expect, test } from 'vitest'
import { planCommand } from './plan-command.ts'

const pids = ['1.5', '1.7'].map((text) => parsePid(text) as Pid)

test('the command line that does the same', () => {
  expect(planCommand({ verb: 'purge', module: 'session', generation: 3 })).toBe('./strata purge session@3')
  expect(planCommand({ verb: 'purge', module: 'session' })).toBe('./strata purge session')
  expect(planCommand({ verb: 'kill', pids })).toBe('./strata kill 1.5 1.7')
  expect(planCommand({ verb: 'delete', module: 'frame' })).toBe('./strata delete frame')
  expect(planCommand({ verb: 'rollback', module: 'session', number: 2 })).toBe('./strata rollback session@2')
  expect(planCommand({ verb: 'upgrade', targets: { module: 'session', generation: 2 } })).toBe('./strata upgrade session@2')
  expect(planCommand({ verb: 'restart-scheduler', scheduler: 1 })).toBe('./strata restart-scheduler 1')
  expect(planCommand({ verb: 'upgrade', targets: { pids } })).toBe('./strata upgrade 1.5 1.7')
  expect(
    planCommand({
      verb: 'load',
      sources: [
        { module: 'a', text: '', origin: "b's.ts" },
        { module: 'c', text: '' },
      ],
      old: 'purge',
      note: '',
    }),
  ).toBe("./strata load 'b'\\''s.ts' c.ts --old purge")
})
