import { EngineError } from '@strata/runtime'
import { ManualClock } from '@strata/runtime/testing'
import { TRPCError } from '@trpc/server'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { RunningActs } from './acts/running-acts.ts'
import { shapeRefusal } from './door/refusal.ts'
import { RefusedError } from './fault.ts'
import type { Caller } from './auth/caller.ts'
import { Access } from './auth/access.ts'
import { ApiTokens } from './auth/api-tokens.ts'
import { People } from './auth/people.ts'
import type { Context, Desk } from './context.ts'
import { faultOf, operator, router } from './trpc.ts'

function told(cause: unknown) {
  return shapeRefusal(faultOf(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause })), 'modules.list')
}

test('DOOR12 a bug is told by an id alone, the same each time it is asked for', () => {
  const bug = new Error('ENOENT /home/me/secret')
  const first = told(bug)
  expect(first).toEqual({
    message: 'internal',
    code: -32603,
    data: {
      code: 'INTERNAL_SERVER_ERROR',
      httpStatus: 500,
      path: 'modules.list',
      fault: { code: 'internal', id: expect.stringMatching(/^[\da-f-]{36}$/) },
    },
  })
  expect(told(bug)).toEqual(first)
  expect(told(new Error('another')).data.fault).not.toEqual(first.data.fault)
})

test('DOOR12 refusals of the engine and of the server keep their facts', () => {
  expect(told(new EngineError({ code: 'unknown_module', module: 'x' })).data).toMatchObject({
    httpStatus: 404,
    fault: { code: 'unknown_module', module: 'x' },
  })
  expect(told(new EngineError({ code: 'changed_meanwhile', changes: [] })).data.fault).toEqual({
    code: 'changed_meanwhile',
    changes: [],
    plan: null,
  })
  expect(told(new RefusedError({ code: 'plan_used', plan: 'p' })).data).toMatchObject({
    httpStatus: 409,
    fault: { code: 'plan_used', plan: 'p' },
  })
})

test('DOOR12 input that is wrong is told with the place, twenty at most', () => {
  const { error } = z.array(z.object({ text: z.string() })).safeParse(Array.from({ length: 30 }, () => ({ text: 1 })))
  const { fault } = told(error).data
  expect(fault).toMatchObject({ code: 'invalid_input', issues: { length: 20 } })
  expect(fault.code === 'invalid_input' && fault.issues[1]?.path).toEqual([1, 'text'])
})

test('ROLE4 a stream is cut when its caller may no longer have it, even if it does not end by itself', async () => {
  const clock = new ManualClock()
  const people = new People(clock)
  people.invite('anna', '', 'operator', 'owner')
  const access = new Access({ clock, people, tokens: new ApiTokens(clock) })
  const streams = router({
    deaf: operator('trace').subscription(async function* () {
      yield 1
      await new Promise<never>(() => undefined)
    }),
  })
  const [closed, cut] = [new AbortController(), new AbortController()]
  const caller: Caller = { kind: 'session', actor: 'anna', person: 'anna', key: 'k', expiresAt: 0, ended: new AbortController().signal }
  const told = { meters: { answered: () => undefined }, log: pino({ level: 'silent' }), store: { audit: { head: () => null } } }
  const desk = { access, clock, running: new RunningActs(), ...told } as unknown as Desk
  const context = { desk, caller, closed: closed.signal, cut: () => cut.abort() } as unknown as Context
  const stream = await streams.createCaller(context).deaf()
  expect(await stream[Symbol.asyncIterator]().next()).toMatchObject({ value: 1 })
  people.setRole('anna', 'deployer')
  clock.advance(10_000)
  expect(cut.signal.aborted).toBe(false)
  people.setRole('anna', 'viewer')
  clock.advance(1_999)
  expect(cut.signal.aborted).toBe(false)
  clock.advance(1)
  expect(cut.signal.aborted).toBe(true)
})
