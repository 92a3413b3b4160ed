import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Pid } from '../ids.ts'
import { Call, Callers, callOf, markMessage } from './call.ts'
import { copyMessage } from './copy-message.ts'
import { Process } from './process.ts'

const to = new Process('1.1' as Pid, 1, null, 0)

function callNamed(ref: string): Call {
  return new Call(ref, to, null, { ref, caller: '0.0' as Pid, answer: null })
}

function refsOf({ first }: Callers): string[] {
  const refs: string[] = []
  for (let call = first; call !== null; call = call.next) refs.push(call.ref)
  return refs
}

test('REPLY1 who waits for an answer is found by reference, and stands in the order of calling, however many come and go', () => {
  const step = fc.record({ type: fc.constantFrom('add', 'add', 'remove', 'find'), which: fc.nat() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const callers = new Callers()
      const model = new Map<string, Call>()
      let added = 0
      for (const { type, which } of steps) {
        const ref = `1.${which % (added + 1)}`
        const known = model.get(ref)
        if (type === 'add') {
          const call = callNamed(`1.${++added}`)
          callers.add(call)
          model.set(call.ref, call)
        } else if (type === 'remove' && known !== undefined) {
          callers.remove(known)
          model.delete(ref)
        } else expect(callers.find(ref)).toBe(known)
        expect(refsOf(callers)).toEqual([...model.keys()])
      }
    }),
    { seed: 20_261_201 },
  )
})

test('CALL1 no code sees in a message by which call it came, and no copy has it', () => {
  for (const make of [() => ({ type: 'add', n: 1 }), () => [1, 2], () => new Map([[1, 2]]), () => Object.create(null) as object]) {
    const call = callNamed('1.1')
    const message = markMessage(make(), call)
    expect(callOf(message)).toBe(call)
    expect(message).toEqual(make())
    expect(Reflect.ownKeys(message)).toEqual(Reflect.ownKeys(make()))
    // Often enough for the message's shape to be known.
    for (let n = 0; n < 700; n++) {
      for (const copy of [copyMessage(message) as object, structuredClone(message), { ...message }, Object.assign({}, message)]) {
        if (callOf(copy) !== undefined) throw new Error(`a copy has the call at ${n}`)
      }
    }
    expect(copyMessage(message)).toEqual(make())
  }
})
