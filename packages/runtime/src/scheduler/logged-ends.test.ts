import { afterEach, expect, test } from 'vitest'
import { createTestScheduler, type TestScheduler } from '../testing/index.ts'

const API = "import { exit, monitor, receive, self, spawn } from '@strata/runtime/process'\n"
let t: TestScheduler
afterEach(() => t.stop())

async function valueOf(text: string): Promise<unknown> {
  t = createTestScheduler({ modules: { m: API + text } })
  const answer = await t.apply('m', 'main')
  if (answer?.status !== 'answered') throw new Error(`no answer: ${JSON.stringify(answer)}`)
  return answer.value
}

test('EXIT2 of all ends only an error and a throw are logged (X28)', async () => {
  await valueOf(`const ends = [
      async () => { throw new Error('e') },
      async () => { throw 't' },
      async () => exit('r'),
      async () => exit('normal'),
      async () => exit(self(), 'kill'),
      async () => {},
    ]
    export async function main() {
      for (const end of ends) { monitor(spawn(end)); await receive() }
    }`)
  expect(
    t.events.map((event) => (event.type === 'crashed' && event.crash.reason.type === 'error' ? event.crash.reason.message : event)),
  ).toEqual(['e', 't'])
})

test('EXIT2 a nested reason arrives whole (X42)', async () => {
  const reason = { why: ['deep', { at: [1, 2.5, null, true] }], who: { name: 'x' } }
  const told = await valueOf(`export async function main() {
      monitor(spawn(async () => exit(${JSON.stringify(reason)})))
      return (await receive()).reason
    }`)
  expect(told).toEqual({ type: 'exit', value: reason })
})

test('SPAWN1 what is neither a function nor an entry, and EXIT1 an exit to what is no pid, throw badarg (X11, X43)', async () => {
  const codes = await valueOf(`export async function main() {
      return [() => spawn('notafun'), () => spawn(7), () => spawn({ module: 'm' }), () => spawn(main, 'no list'), () => exit('zz', 'r')].map((act) => {
        try {
          return act()
        } catch (error) {
          return error.code
        }
      })
    }`)
  expect(codes).toEqual(['badarg', 'badarg', 'badarg', 'badarg', 'badarg'])
})
