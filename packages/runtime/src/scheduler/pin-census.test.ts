import { EventEmitter } from 'node:events'
import { type Arbitrary, array, assert, asyncProperty, boolean, constantFrom, integer, record } from 'fast-check'
import { expect, test } from 'vitest'
import { END_KILL } from '../abi.ts'
import type { CodeInstance } from '../code/instance.ts'
import { closeGate } from '../code/purge-gate.ts'
import { PurgeDesk } from '../host/thread/purge-desk.ts'
import type { Pid } from '../ids.ts'
import { pinCounts, pinRows, pinsOfGenerations } from '../inspect/process-views.ts'
import { createTestScheduler, type TestScheduler } from '../testing/index.ts'
import { visitPins } from './visit-pins.ts'

const ACTOR = `import { AsyncResource } from 'node:async_hooks'
import { exit, receive, self, send, sleep, spawn, trapExit } from '@strata/runtime/process'
import { start as startTask } from '@strata/runtime/task'
import * as lib from './lib.ts'
import * as current from './actor.ts'
const emitter = globalThis.census.emitter
let kept: any
async function* count() { for (let n = 0; ; n++) yield n }
async function deep(n: number): Promise<void> { if (n > 0) { await deep(n - 1) } else await receive({ match: (m: any) => m.do === 'up' }) }
async function local() { await receive() }
function countOne() { globalThis.census.look(); return 1 }
async function begin(work: any) {
  const { pid, result } = await startTask(work)
  result.catch(() => {})
  globalThis.census.pids.push(pid)
  globalThis.census.look()
}
export async function start(traps: boolean): Promise<void> { trapExit(traps); return loop() }
async function loop(): Promise<void> {
  const timers: any[] = []
  for (;;) {
    const m = await receive<any>()
    switch (m.do) {
      case 'timer': timers.push(setTimeout(function due() { globalThis.census.look() }, 5)); break
      case 'interval': timers.push(setInterval(function again() {}, 3)); break
      case 'clear': clearTimeout(timers.pop()); break
      case 'immediate': setImmediate(function soon() { globalThis.census.look() }); break
      case 'microtask': queueMicrotask(function next() { globalThis.census.look() }); break
      case 'deep': await deep(3); break
      case 'match': await receive({ match: (x: any) => x.do === 'up', after: 4 }); break
      case 'sleep': await sleep(2); break
      case 'bare': void lib.wait(); break
      case 'across': await lib.wait(); break
      case 'tail': return lib.hold()
      case 'move': return current.start(false)
      case 'iterate': kept ??= count(); await kept.next(); break
      case 'finish': await kept?.return(); kept = undefined; break
      case 'listen': emitter.once('tick', AsyncResource.bind(() => lib.later())); break
      case 'native': emitter.once('tick', async function onTick() { globalThis.census.look(); await lib.wait() }); break
      case 'owned': emitter.once('tick', AsyncResource.bind(async function onTick() { globalThis.census.look(); await lib.wait() })); break
      case 'later': lib.later(); break
      case 'pick': await lib.pick(); break
      case 'spawn': globalThis.census.pids.push(spawn(local)); globalThis.census.look(); break
      case 'late': globalThis.census.pids.push(spawn({ module: 'actor', export: 'start' }, [true])); break
      case 'task': await begin(local); break
      case 'task-away': await begin(lib.wait); break
      case 'task-sync': await begin(countOne); break
      case 'sync': lib.call(() => globalThis.census.look()); break
      case 'look': globalThis.census.look(); break
      case 'throw': throw new Error('no')
      case 'exit': exit('over')
    }
  }
}
`
const LIB = `import { receive } from '@strata/runtime/process'
export async function wait() { await receive({ match: (m: any) => m.do === 'up', after: 6 }) }
export async function hold() { for (;;) { await receive() } }
export function pick() { return receive({ match: (m: any) => m.do === 'up', after: 4 }) }
export function later() { setTimeout(function heard() {}, 4) }
export function call(f: () => void) { for (let i = 0; i < 2; i++) f() }
`
const VERBS =
  'timer interval clear immediate microtask deep match sleep bare across tail move iterate finish listen native owned later pick spawn task task-away task-sync late sync look throw exit up'.split(
    ' ',
  )
const ACTS = [
  'tick',
  'tick',
  'wait',
  'wait',
  'idle',
  'idle',
  'load-actor',
  'load-lib',
  'purge',
  'kill',
  'signal',
  'suspend',
  'resume',
  'start',
  'settle',
  'turn',
]

interface Step {
  readonly verb: string
  readonly who: number
  readonly runs: boolean
  readonly passesMs: number
  readonly looks: number
}

/** What chance seldom makes: a task that has had no turn yet, who is given a timer outside a turn, who falls while a callback of other code is due, and who is taken from the middle of the list and from its end. */
const RARE: [Step[]][] = [
  [
    [
      { verb: 'tick', who: 1, runs: true, passesMs: 0, looks: 0 },
      { verb: 'task-away', who: 1, runs: false, passesMs: 0, looks: 0 },
      { verb: 'turn', who: 1, runs: false, passesMs: 0, looks: 1 },
    ],
  ],
  [
    [
      { verb: 'listen', who: 1, runs: true, passesMs: 0, looks: 1 },
      { verb: 'tick', who: 1, runs: false, passesMs: 0, looks: 1 },
    ],
  ],
  [
    [
      { verb: 'later', who: 1, runs: true, passesMs: 4, looks: 2 },
      { verb: 'signal', who: 1, runs: false, passesMs: 0, looks: 1 },
    ],
  ],
  [
    [
      { verb: 'sleep', who: 1, runs: true, passesMs: 0, looks: 0 },
      { verb: 'kill', who: 0, runs: false, passesMs: 0, looks: 0 },
      { verb: 'kill', who: 5, runs: false, passesMs: 0, looks: 2 },
    ],
  ],
]

/** Who pins what, by asking every process. */
function naive(t: TestScheduler): Map<CodeInstance, { pids: Set<Pid>; oldest: number }> {
  const { core } = t.scheduler
  const found = new Map<CodeInstance, { pids: Set<Pid>; oldest: number }>()
  for (const code of t.table.instances()) found.set(code, { pids: new Set(), oldest: Number.POSITIVE_INFINITY })
  for (const process of [...core.processes.values(), core.nobody])
    visitPins(core, process, (owner, _reason, since) => {
      const entry = found.get(owner)
      entry?.pids.add(process.pid)
      if (entry !== undefined) entry.oldest = Math.min(entry.oldest, since)
    })
  return found
}

function compare(t: TestScheduler): void {
  const { core } = t.scheduler
  expect(core.queued).toBe([...core.processes.values()].reduce((sum, { queueLength }) => sum + queueLength, 0))
  const asked = naive(t)
  const counts = pinCounts(t.scheduler)
  for (const [code, { pids, oldest }] of asked) {
    const generation = { module: code.module, number: code.generation }
    const count = counts.find(({ module, number }) => module === generation.module && number === generation.number)
    expect([generation, count?.pins, count?.oldestAt]).toEqual([
      generation,
      pids.size,
      pids.size === 0 ? null : new Date(core.epochMs(oldest)).toISOString(),
    ])
    const rows = pinRows(t.scheduler, code.module, code.generation).flatMap(({ pid }) => pid ?? [])
    expect([...new Set(rows)].sort()).toEqual([...pids].sort())
    const holding = [...pids].filter((pid) => core.processes.get(pid)?.ending !== END_KILL)
    expect([...(pinsOfGenerations(t.scheduler, [generation])[0]?.pids ?? [])].sort()).toEqual(holding.sort())
  }
}

test('PIN1 ENG2 who pins what is known without asking each process, and is what asking each says, within turns and between them', async () => {
  const step: Arbitrary<Step> = record({
    verb: constantFrom(...VERBS, ...ACTS),
    who: integer({ min: 0, max: 7 }),
    runs: boolean(),
    passesMs: integer({ min: 0, max: 4 }),
    looks: integer({ min: 0, max: 3 }),
  })
  await assert(
    asyncProperty(array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
      const census = { emitter: new EventEmitter(), pids: [] as Pid[], looks: 0, look: () => {} }
      Object.assign(globalThis, { census })
      const t = createTestScheduler({ modules: { actor: ACTOR, lib: LIB }, natives: ['node:async_hooks'] })
      const desk = new PurgeDesk(t.table, t.scheduler)
      const failures: unknown[] = []
      census.look = () => {
        try {
          compare(t)
          census.looks++
        } catch (error) {
          failures.push(error)
        }
      }
      try {
        for (let i = 0; i < 6; i++) census.pids.push(t.spawn('actor', 'start', i === 0))
        for (const { verb, who, runs, passesMs, looks } of steps) {
          const pid = census.pids[who % census.pids.length] as Pid
          act(t, desk, verb, pid, census)
          if (runs) await t.runUntilIdle()
          if (looks === 1) compare(t)
          t.clock.advance(passesMs)
          if (looks > 1) compare(t)
        }
        await t.runUntilIdle()
        t.clock.advance(20)
        await t.runUntilIdle()
        compare(t)
        if (failures.length > 0) throw failures[0]
        for (const pid of [...t.scheduler.core.processes.values()].map((process) => process.pid)) t.scheduler.kill(pid, 'operator', '')
        for (const { pids } of naive(t).values()) expect([...pids].filter((pid) => pid !== t.scheduler.core.nobody.pid)).toEqual([])
        expect(pinCounts(t.scheduler).every(({ pins }) => pins <= 1)).toBe(true)
      } finally {
        t.stop()
      }
    }),
    { numRuns: 60, seed: 20_261_201, examples: RARE },
  )
})

function act(t: TestScheduler, desk: PurgeDesk, verb: string, pid: Pid, census: { emitter: EventEmitter; pids: Pid[] }): void {
  const { scheduler } = t
  switch (verb) {
    case 'tick':
      try {
        census.emitter.emit('tick')
      } catch (error) {
        // A listener of a process that has ended.
        if (error !== scheduler.registers.exit) throw error
      }
      return
    case 'turn':
      scheduler.run(0)
      return
    case 'load-actor':
      t.load({ actor: ACTOR })
      return
    case 'load-lib':
      t.load({ lib: LIB })
      return
    case 'purge': {
      const old = [...t.table.instances()].find(({ module, generation }) => t.table.current(module)?.generation !== generation)
      if (old === undefined) return
      const generation = { module: old.module, number: old.generation }
      const [answer] = desk.close({ generations: [{ ...generation, gate: closeGate() }] })
      const isFree = answer?.pids.length === 0
      desk.settle(isFree ? { purged: [generation], open: [] } : { purged: [], open: [generation] })
      return
    }
    case 'kill':
      scheduler.kill(pid, 'operator', '')
      return
    case 'signal':
      scheduler.exitSignal(pid, '1.0' as Pid, { type: 'exit', value: 'over' })
      return
    case 'suspend':
      scheduler.suspend([pid])
      return
    case 'resume':
      scheduler.resume(pid)
      return
    case 'start':
      census.pids.push(t.spawn('actor', 'start', false))
      return
    case 'settle':
      scheduler.core.census.settleSome(2)
      return
    default:
      t.send(pid, { do: verb })
  }
}
