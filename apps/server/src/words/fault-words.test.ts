import { expect, test } from 'vitest'
import type { Pid } from '@strata/runtime'
import type { ClientFault, ClientFaultCode } from '../fault.ts'
import { TRANSPORT_CODES } from '../fault-codes.ts'
import { faultWords, type Writing } from './fault-words.ts'

type Facts<C extends ClientFaultCode> = Omit<Extract<ClientFault, { code: C }>, 'code'>

const LATER = '2026-01-02T03:04:05.000Z'
const WHY = 'a reason of its own'

/** Each fault with its facts: total by types, so that a new one is looked at here, too. */
const FACTS: { readonly [C in ClientFaultCode]: readonly Facts<C>[] } = {
  not_purged: [
    { module: 'session', generations: [{ number: 3, pins: 12 }] },
    {
      module: 'session',
      generations: [
        { number: 3, pins: 0 },
        { number: 2, pins: 1, readBy: [{ module: 'shapes', number: 1 }] },
      ],
    },
  ],
  still_read: [{ module: 'base', number: 1, by: [{ module: 'shapes', number: 2 }] }],
  changed_meanwhile: [{ changes: [{ type: 'generation_gone', module: 'session', number: 2 }], plan: null }],
  current_generation: [{ module: 'session', number: 3 }],
  unknown_module: [{ module: 'session' }],
  unknown_generation: [{ module: 'session', number: 9 }],
  unknown_pid: [{ pid: '1.9' }],
  unknown_trace: [{ trace: 'x' }],
  unknown_scheduler: [{ scheduler: 7 }],
  invalid_name: [{ name: '__proto__', why: WHY }],
  invalid_source: [{ diagnostics: [] }],
  unresolved_import: [{ diagnostics: [] }],
  invalid_message: [
    { path: 'a.b', why: WHY },
    { path: '', why: WHY },
  ],
  compile_timeout: [{ limitMs: 30_000 }],
  compiler_failed: [{ why: WHY }],
  compiler_busy: [{ waiting: 10, limit: 10 }],
  body_failed: [{ module: 'session', error: WHY }],
  body_timeout: [{ module: 'session', limitMs: 5_000 }],
  too_large: (
    [
      'source',
      'set',
      'bundle',
      'filter',
      'page',
      'files',
      'heap',
      'plan',
      'trace_messages',
      'trace_ms',
      'trace_processes',
      'traces',
    ] as const
  ).map((what) => ({ what, limit: 1_000, size: 2_000 })),
  held: [
    { module: 'session', by: 'anna', reason: WHY, until: LATER },
    { module: 'session', by: 'anna', reason: '', until: null },
  ],
  marked_bad: [{ module: 'session', number: 3, by: 'anna', reason: WHY }],
  no_upgrade: [{ targets: [{ module: 'session', number: 3 }] }, { targets: [] }],
  name_registered: [{ name: 'clerk' }],
  call_timeout: [{ pid: '1.9', deadlineMs: 5_000 }],
  process_ended: [{ pid: '1.9', why: WHY }],
  invalid_reason: (['kill', 'empty', 'too_long'] as const).map((why) => ({ why, limit: 1_000 })),
  nothing_to_do: [{ why: WHY }],
  snapshot_failed: [{ why: WHY }],
  scheduler_held: [
    { pid: '1.9' as Pid, at: 'session.ts:4', heldMs: 3_000 },
    { pid: null, at: null, heldMs: 3_000 },
  ],
  runtime_down: [{ why: WHY }],
  safe_mode: [{ why: WHY }],
  not_durable: [
    { why: WHY, done: true },
    { why: WHY, done: false },
  ],
  store_away: [{ why: WHY }],
  source_removed: [{ module: 'session', number: 3 }],
  unauthenticated: (['signed_out', 'session_ended', 'wrong_token'] as const).map((why) => ({ why })),
  invalid_credentials: [{}],
  weak_password: (['short', 'repeats', 'name'] as const).map((why) => ({ why, min: 12 })),
  unknown_person: [{ person: 'ben' }],
  person_disabled: [{ person: 'ben' }],
  name_taken: [{ person: 'ben' }],
  owner_fixed: [{}],
  identity_taken: [{ person: 'ben' }],
  no_provider: (['not_set_up', 'away'] as const).map((why) => ({ why })),
  unknown_session: [{ session: 'x' }],
  unknown_token: [{ token: 'x' }],
  too_many_tokens: [{ limit: 50 }],
  invalid_code: (['unknown', 'spent', 'expired'] as const).map((why) => ({ why })),
  forbidden: [
    { why: 'role', verb: 'purge', needs: 'deployer', has: 'viewer', who: ['anna'] },
    { why: 'not_your_plan', plan: 'x', owner: 'anna' },
    { why: 'token_module', module: null, allowed: ['session'] },
    { why: 'foreign_origin' },
  ] as readonly Facts<'forbidden'>[],
  plan_required: [{ verb: 'load' }],
  approval_required: [
    { plan: 'x', asked: true },
    { plan: 'x', asked: false },
  ],
  same_person: [{ person: 'ben' }],
  came_by_link: [{ person: 'ben', maker: 'anna', until: LATER }],
  signed_already: [{ act: 'x', by: 'ben' }],
  unknown_plan: [{ plan: 'x' }],
  plan_used: [{ plan: 'x' }],
  plan_renewed: [{ plan: 'x', owner: 'anna' }],
  plan_expired: [{ plan: 'x', expiredAt: LATER }],
  too_many_plans: [{ limit: 50 }],
  too_many_limits: [{ limit: 50 }],
  unknown_act: [{ act: 'x' }],
  act_cannot: (['cancel', 'now', 'stop'] as const).map((wanted) => ({ act: 'x', wanted, status: 'running' })),
  interrupted: [{ done: [] }, { done: ['session@3'] }],
  stopping: [{}],
  backup_failed: [{ why: WHY }],
  invalid_input: [{ issues: [{ path: ['sources', 0, 'text'], message: WHY }] }],
  too_many_requests: [{ retryAfterMs: 3_000 }],
  too_many_streams: [{ limit: 20 }],
  unknown_crash: [{ pid: '1.9' }],
  batch_too_large: [{ limit: 10, size: 1_000 }],
  payload_too_large: [
    { limit: 1_000, size: 2_000 },
    { limit: 1_000, size: null },
  ],
  method_not_allowed: [{ allowed: 'POST' }],
  unsupported_media_type: [{ expected: 'application/json' }],
  misdirected: [{ host: 'evil', expected: ['127.0.0.1:4700'] }],
  not_found: [{ path: '/x' }],
  internal: [{ id: 'x1' }],
}

const WRITING: Writing = {
  text: (outside) => `«${outside}»`,
  count: (count) => `${count}`,
  bytes: (bytes) => `${bytes} B`,
  duration: (ms) => `${ms} ms`,
  instant: (iso) => iso,
}

const faults = (Object.keys(TRANSPORT_CODES) as ClientFaultCode[]).flatMap((code) =>
  FACTS[code].map((facts) => ({ code, ...facts }) as ClientFault),
)

test.each(faults)('FAULT1 $code is said in whole sentences, with its facts and without the code', (fault) => {
  const { sentence, lines } = faultWords(fault, WRITING)
  const said = [sentence, ...lines].join('\n')
  expect(sentence).toMatch(/^[A-Z"«\d][^\n]*[.»]$/)
  expect(said).not.toMatch(/undefined|\[object|NaN|  |\w_\w*\b(?<!__proto__)/)
  if ('why' in fault && fault.why === WHY) expect(said).toContain(`«${WHY}»`)
  if ('module' in fault && fault.module !== null) expect(said).toContain(fault.module)
})

test('FAULT1 text from outside goes through the door’s own way of showing it', () => {
  expect(faultWords({ code: 'held', module: 'm', by: 'a\u202eb', reason: 'c\u0007d', until: null }, WRITING)).toEqual({
    sentence: 'Refused: «m» is held by «a\u202eb» until it is released. Nothing was changed.',
    lines: ['Why: «c\u0007d»'],
  })
})
