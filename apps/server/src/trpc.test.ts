import { EngineError } from '@strata/runtime'
import { TRPCError } from '@trpc/server'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { shapeRefusal } from './door/refusal.ts'
import { RefusedError } from './fault.ts'
import { faultOf } from './trpc.ts'

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
