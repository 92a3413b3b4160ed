import { expect, test } from 'vitest'
import type { Pid } from '../src/index.ts'
import { BY, faultOf, startSystem } from './system.ts'

const ECHO = `import { receive, reply, send, exit, sleep } from '@strata/runtime/process'
export async function start(outlet) {
  for (;;) {
    const message = await receive()
    if (message.type === 'echo') reply(message, message.value)
    if (message.type === 'tell') for (let n = 0; n < message.count; n++) send(outlet, { n })
    if (message.type === 'later') { await sleep(20); reply(message, 'answered') }
    if (message.type === 'leave') exit('gone')
  }
}`

test.each(['thread', 'process'] as const)('HOST1, HOST2 spawn, send, call and mailboxes, the same in a %s', async (isolation) => {
  const engine = await startSystem({ 'echo.ts': ECHO }, isolation)
  const heard: number[] = []
  const mailbox = engine.openMailbox((message) => heard.push((message as { n: number }).n))
  const pid = await engine.spawn({ module: 'echo', export: 'start', args: [mailbox.pid], name: 'echo' }, BY)
  expect(await engine.whereis('echo')).toBe(pid)
  expect(await engine.whereis('nobody')).toBeNull()
  expect(await engine.call(pid, { type: 'echo', value: [1, new Map([['a', 2n]])] })).toEqual([1, new Map([['a', 2n]])])
  await engine.send(pid, { type: 'tell', count: 100 }, BY)
  await expect.poll(() => heard.length).toBe(100)
  expect(heard).toEqual(Array.from({ length: 100 }, (_, n) => n))

  expect(await faultOf(engine.call(pid, { type: 'silence' }, { deadlineMs: 50 }))).toEqual({ code: 'call_timeout', pid, deadlineMs: 50 })
  for (const deadlineMs of [3_000_000_000, Number.POSITIVE_INFINITY])
    expect(await engine.call(pid, { type: 'later' }, { deadlineMs })).toBe('answered')
  const abort = new AbortController()
  const aborted = engine.call(pid, { type: 'silence' }, { signal: abort.signal })
  abort.abort(new Error('the browser left'))
  await expect(aborted).rejects.toThrow('the browser left')
  await expect(engine.call(pid, { type: 'echo' }, { signal: abort.signal })).rejects.toThrow('the browser left')

  expect(await faultOf(engine.send(pid, { deep: [{ fn: () => 1 }] }, BY))).toMatchObject({ code: 'invalid_message', path: '$.deep[0].fn' })
  expect(await faultOf(engine.call(pid, { now: new (class Mine {})() }))).toMatchObject({ code: 'invalid_message', path: '$.now' })
  expect(await faultOf(engine.call(pid, 'echo' as never))).toMatchObject({ code: 'invalid_message', path: '$' })
  expect(await faultOf(engine.spawn({ module: 'echo', export: 'start', name: 'echo' }, BY))).toEqual({
    code: 'name_registered',
    name: 'echo',
  })

  mailbox.close()
  await engine.send(pid, { type: 'tell', count: 1 }, BY)
  const ended = engine.ended(pid)
  expect(await faultOf(engine.call(pid, { type: 'leave' }))).toEqual({ code: 'process_ended', pid, why: 'exit: gone' })
  expect(await ended).toEqual({ type: 'exit', value: 'gone' })
  expect(heard).toHaveLength(100)
  expect(await engine.ended(pid)).toEqual({ type: 'noproc' })
  expect(await faultOf(engine.call(pid, { type: 'echo' }))).toEqual({ code: 'unknown_pid', pid })
  expect(await faultOf(engine.call('1.99999' as Pid, {}))).toMatchObject({ code: 'unknown_pid' })
})
