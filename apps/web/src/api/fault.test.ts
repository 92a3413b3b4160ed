import { describe, expect, test } from 'vitest'
import type { ClientFault } from '@strata/server'
import type { Pid } from '@strata/runtime'
import { explainError, explainFault, isRetryable, readFault } from './fault.ts'

/** As tRPC hands a refusal to the page. */
function refused(fault: ClientFault): Error {
  return Object.assign(new Error(fault.code), { data: { fault } })
}

describe('faults as sentences', () => {
  test('not_purged names the generations and leads to the processes that pin them', () => {
    const one = explainFault({
      code: 'not_purged',
      module: 'session',
      generations: [
        { number: 3, pins: 12 },
        { number: 2, pins: 0 },
      ],
    })
    expect(one.sentence).toContain('2 older generations of session')
    expect(one.lines).toEqual([
      'session@3: pinned by 12 processes',
      'session@2: drained, no process pins it',
      'Load with "keep" to leave them as they are.',
    ])
    expect(one.wayOut).toEqual([{ label: 'Open the 12 processes', to: '/processes?module=session&generation=3' }])
  })

  test('ROLE3 forbidden says what is needed, what one has, and whom to ask', () => {
    const { sentence } = explainFault({ code: 'forbidden', why: 'role', verb: 'purge', needs: 'deployer', has: 'viewer', who: ['anna'] })
    expect(sentence).toBe('Refused: purge needs deployer; you are viewer. Ask anna.')
  })

  test('PIN5 still_read names what would break, and leads to loading that again', () => {
    const told = explainFault({ code: 'still_read', module: 'base', number: 1, by: [{ module: 'shapes', number: 2 }] })
    expect(told.sentence).toContain('what was built with base@1 would break')
    expect(told.lines).toEqual(['shapes@2 read a class or another value of it while it was loaded'])
    expect(told.wayOut).toMatchObject([{ label: 'Load shapes…' }])
  })

  test('with several pinned generations the way out shows all of them', () => {
    const several = explainFault({
      code: 'not_purged',
      module: 'billing/pricing',
      generations: [
        { number: 3, pins: 1 },
        { number: 2, pins: 1 },
      ],
    })
    expect(several.wayOut[0]).toEqual({ label: 'Open the 2 processes', to: '/processes?module=billing%2Fpricing' })
  })

  test('changed_meanwhile says what is no longer as it was', () => {
    const victim = {
      pid: '1.9' as Pid,
      name: 'doc',
      function: null,
      at: null,
      module: 'session',
      generation: 2,
      queueLength: 0,
      startedAt: '',
      links: [],
      because: 'pins' as const,
    }
    const { lines } = explainFault({
      code: 'changed_meanwhile',
      changes: [
        { type: 'current', module: 'session', was: 3, is: 4 },
        { type: 'one_more', victim },
        { type: 'generation_gone', module: 'session', number: 2 },
      ],
      plan: null,
    })
    expect(lines).toEqual([
      'session: generation 4 is current, and this was decided on generation 3.',
      '1.9 (doc) would be hit too.',
      'session@2 is gone.',
    ])
  })

  test('text from outside is shown with its invisible characters, and cut', () => {
    expect(explainFault({ code: 'unknown_module', module: 'a\u202eb' }).sentence).toContain('a\\u202eb')
    expect(explainFault({ code: 'invalid_name', name: 'x'.repeat(10_000), why: 'too long' }).sentence.length).toBeLessThan(700)
  })

  test('a spent and an expired link each say so, with the command that makes a fresh one', () => {
    for (const why of ['spent', 'expired', 'unknown'] as const)
      expect(explainFault({ code: 'invalid_code', why }).lines[0]).toContain('./strata sign-in')
  })

  test('a fault is read from a refused call only', () => {
    expect(readFault(refused({ code: 'unknown_pid', pid: '1.2' }))?.code).toBe('unknown_pid')
    expect([readFault(new Error('fetch failed')), readFault(null), readFault({ data: { fault: 'x' } })]).toEqual([null, null, null])
    expect(explainError(new Error('fetch failed')).sentence).toContain('did not answer')
  })

  test('only what may pass by itself is asked again', () => {
    expect([
      isRetryable(new Error('fetch failed')),
      isRetryable(refused({ code: 'runtime_down', why: 'restarting' })),
      isRetryable(refused({ code: 'unknown_pid', pid: '1.2' })),
    ]).toEqual([true, true, false])
  })
})
