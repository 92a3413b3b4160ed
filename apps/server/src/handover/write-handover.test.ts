import { expect, test } from 'vitest'
import type { ActivityLine } from '../activity/activity-event.ts'
import type { HandoverFacts } from './handover-facts.ts'
import { escapeMarkdown, linkTo } from './markdown.ts'
import { writeHandover } from './write-handover.ts'

const HOSTILE =
  '</p><script>alert(1)</script> [click](javascript:alert(1)) ![x](http://evil) **bold** `code` # head\n\n- item | cell\r\n> quote ~~~ http://evil \u202e\u0000\\'

function facts(rest: Partial<HandoverFacts> = {}): HandoverFacts {
  return {
    system: 'scribe',
    environment: null,
    node: 'local',
    publicUrl: 'http://127.0.0.1:4700',
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-01-01T12:00:00.000Z',
    actor: 'anna',
    lines: [],
    isCut: false,
    modules: [],
    pinned: [],
    acts: [],
    safeMode: null,
    ...rest,
  }
}

function line(rest: object): ActivityLine {
  return { id: 1, life: 'l', node: 'local', seq: 1, at: '2026-01-01T03:00:00.000Z', ...rest } as unknown as ActivityLine
}

test('HAND1 an empty night is told as one', () => {
  const text = writeHandover(facts())
  expect(text).toMatch(/^# Handover of scribe\n/)
  for (const said of ['Nothing was done.', 'No old generation is pinned.', 'Nothing is held or marked.', 'No process crashed.'])
    expect(text).toContain(said)
  expect(text).not.toContain('Needs somebody')
})

test('HAND1 what was done, by whom and why, what is pinned and where, guards, crashes and what is left, each with its link', () => {
  const by = { actor: 'anna', reason: 'fix for the night', plan: 'abc' }
  const crash = {
    pid: '1.1',
    name: null,
    module: 'session',
    generation: 3,
    reason: { type: 'error', name: 'TypeError', message: 'no text', stack: '' },
  }
  const layer = { module: 'session', number: 3, status: 'old', markedBad: { by: 'ben', reason: 'leaks', at: '' }, markedKeep: null }
  const text = writeHandover(
    facts({
      environment: 'production',
      lines: [
        line({ type: 'loaded', modules: [{ module: 'session', number: 4 }], policy: 'keep', by, killed: [], packages: [] }),
        line({ type: 'content_read', actor: 'ben', verb: 'source', target: 'session@3', modules: ['session'] }),
        ...Array.from({ length: 3 }, () => line({ type: 'crashed', crash })),
        line({ type: 'crashes_dropped', count: 40 }),
      ],
      modules: [
        {
          name: 'session',
          current: 4,
          generations: [4, 3],
          differsOnDisk: true,
          hold: { by: 'anna', reason: 'freeze', since: '', until: null },
          layers: [layer],
        },
      ] as never,
      pinned: [
        {
          module: 'session',
          number: 3,
          pins: 12,
          oldestPinAt: '2026-01-01T01:30:00.000Z',
          note: 'look at 3',
          why: [{ reason: 'frame', function: 'loop', at: 'session.ts:14', processes: 12 }],
        },
      ],
      acts: [{ id: 'xyz', title: 'kill 1.4', status: 'interrupted', actor: 'ben', counts: {} }] as never,
      safeMode: 'three crashes',
    }),
  )
  expect(text).toContain(
    '**anna** loaded session@4 (keep): “fix for the night” ([session](http://127.0.0.1:4700/modules/session), [receipt](http://127.0.0.1:4700/acts/abc))',
  )
  expect(text).toContain(
    'is pinned by [12 processes](http://127.0.0.1:4700/processes?module=session&generation=3), the oldest for 10 h 30 min',
  )
  expect(text).toContain('  - 12 processes: frame in loop, session.ts:14')
  expect(text).toContain('is held by anna until it is released: “freeze”')
  expect(text).toContain('is marked bad by ben: “leaks”')
  expect(text).toContain('- 3 times [session@3](http://127.0.0.1:4700/modules/session?generation=3): TypeError: no text')
  expect(text).toContain('- 40 more crashes')
  expect(text).toContain('The system is in safe mode (three crashes)')
  expect(text).toContain('[kill 1.4](http://127.0.0.1:4700/acts/xyz) by ben is interrupted.')
  expect(text).not.toContain('session@3 read')
})

test('HAND1 each line says what happened to whom, with counts and why', () => {
  const by = { actor: 'anna', reason: 'too slow' }
  const pids = ['1.4', '1.5', '1.6', '1.7', '1.8']
  const done = (rest: object): string => {
    const [, told = ''] = writeHandover(facts({ lines: [line({ by, ...rest })] })).split('## What was done')
    return (told.trim().split('\n', 1)[0] ?? '').replace(/ \(\[.*/, '')
  }
  const start = '- 2026-01-01 03:00 **anna** '
  expect([
    done({ type: 'exit_sent', exitReason: 'stop', ended: pids, exiting: [], trapped: ['1.9'], ignored: [] }),
    done({ type: 'killed', pids: ['1.4'], pending: ['1.5', '1.6'], notFound: [] }),
    done({
      type: 'moved',
      modules: [{ module: 'session', number: 4 }],
      moved: 40,
      failed: ['1.4'],
      skipped: [],
      total: { failed: 1, skipped: 0 },
      stopped: true,
    }),
    done({ type: 'upgraded', moved: [], notYet: pids, ended: [], refused: [] }),
    done({ type: 'suspended', pids: ['1.4', '1.5'] }),
    done({ type: 'act_cancelled', actor: 'anna', reason: 'too slow', act: 'x', title: 'kill 1.4', modules: [] }),
    done({ type: 'role_changed', actor: 'anna', person: 'ben', was: 'viewer', is: 'operator', reason: 'too slow' }),
    done({
      type: 'limits_changed',
      actor: 'anna',
      reason: 'too slow',
      modules: [],
      changes: [{ limit: 'queueGrowingForMs', module: 'session', before: null, after: 90_000 }],
    }),
  ]).toEqual(
    [
      'sent the exit signal "stop": 5 processes (1.4, 1.5, 1.6, 2 more) ended; got it as a message: 1.9',
      'killed 1.4; inside a native call still: 2 processes (1.5, 1.6)',
      'moved 40 processes to session@4; failed: 1.4; stopped before all had their turn',
      'asked for an upgrade: nobody moved; not yet: 5 processes (1.4, 1.5, 1.6, 2 more)',
      'suspended 2 processes (1.4, 1.5)',
      'took back before it began: kill 1.4',
      'made ben operator, before viewer',
      'changed limits: “queue growing for” of session from the default to 90 s',
    ].map((said) => `${start}${said}: “too slow”`),
  )
})

test('HAND1 messages that one person sent one after the other are one line', () => {
  const sent = (pid: string, actor: string) => line({ type: 'sent', pid, by: { actor, reason: '' } })
  const text = writeHandover(facts({ lines: [...['1.4', '1.5', '1.4'].map((pid) => sent(pid, 'anna')), sent('1.6', 'ben')] }))
  expect(text).toContain('**anna** sent 3 messages to 2 processes (1.4, 1.5)\n')
  expect(text).toContain('**ben** sent a message to 1.6\n')
})

test('HAND2 text from outside is text: no markup, link, HTML or line comes of it', () => {
  const by = { actor: HOSTILE, reason: HOSTILE }
  const hold = { by: HOSTILE, reason: HOSTILE, since: '', until: null }
  const text = writeHandover(
    facts({
      system: HOSTILE,
      environment: HOSTILE,
      actor: HOSTILE,
      safeMode: HOSTILE,
      lines: [line({ type: 'error', message: HOSTILE }), line({ type: 'held', module: HOSTILE, until: HOSTILE, by })],
      modules: [{ name: HOSTILE, current: 1, generations: [1], differsOnDisk: false, hold, layers: [] }] as never,
      pinned: [
        {
          module: HOSTILE,
          number: 1,
          pins: 1,
          oldestPinAt: null,
          note: HOSTILE,
          why: [{ reason: HOSTILE, function: HOSTILE, at: HOSTILE, processes: 1 }],
        },
      ],
    }),
  )
  // Without what is escaped, and without our own links and emphasis, nothing is left that Markdown knows.
  const left = text
    .replaceAll(/\\[\\`*_[\]#!|~/.]/g, '')
    .replaceAll(/\]\(http:\/\/127\.0\.0\.1:4700[^\s()<>]*\)/g, ']')
    .replaceAll('**', '')
  expect(left).not.toMatch(/[<>`!|~]|\]\(|\*/)
  expect(left).not.toMatch(/https?:\/\//)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
  for (const own of text.split('\n').filter((one) => one.startsWith('#')))
    expect(own).toMatch(/^##? (?:Handover|Needs|What|Still|Held|Crashes)/)
  expect(linkTo('a]b', 'http://x/a(b)<c> d')).toBe('[a\\]b](http://x/a%28b%29%3Cc%3E%20d)')
  expect(escapeMarkdown('x'.repeat(10_000)).length).toBe(501)
})
