import { compileForTest, createTestScheduler } from '../src/testing/test-scheduler.ts'

// Prints a line for each measurement: name, milliseconds by the wall's clock and of processor time.
const PROCESSES = 100_000
const COMPILES = 40
const WARMING = 20
const PUBLISHES = 20

const text = moduleOf(300)
for (let n = 0; n < COMPILES; n++) {
  const figure = timed(() => compileForTest('session', text, ['session']))
  if (n >= WARMING) console.log(`compile ${figure}`)
}

const test = createTestScheduler({
  modules: {
    session: text,
    crowd:
      'import { spawn, receive } from "@strata/runtime/process"; async function idle() { await receive() }\nexport async function main(count) { for (let n = 0; n < count; n++) spawn(idle) }',
  },
})
test.spawn('crowd', 'main', PROCESSES)
while (test.scheduler.run(1_000)) test.clock.advance(1)
for (let n = 0; n < PUBLISHES; n++) {
  const staged = test.table.stage([{ compiled: compileForTest('session', `${text}// ${n}`, ['session', 'crowd']), generation: n + 2 }], [])
  if (staged instanceof Promise) throw new Error('the body waits')
  console.log(`publish ${timed(() => test.table.publish(staged))}`)
}
test.stop()
process.exit(0)

function timed(work: () => unknown): string {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return `${performance.now() - startedAt} ${(user + system) / 1e3}`
}

/** A module of about so many lines, of the kind that sessions are made of. */
function moduleOf(lines: number): string {
  const head = `import { receive, reply, send, spawn, type Pid } from '@strata/runtime/process'\nimport * as current from './session.ts'\n\ninterface State { readonly document: string; readonly edits: number; readonly listeners: readonly Pid[] }\n`
  let text = head
  for (let part = 0; text.split('\n').length < lines; part++) {
    text += `
/** Part ${part} of a session. */
export async function loop${part}(state: State): Promise<void> {
  const message = await receive<{ type: string; text: string; from: Pid }>()
  switch (message.type) {
    case 'edit': {
      const document = edit${part}(state.document, message.text)
      for (const listener of state.listeners) send(listener, { type: 'changed', part: ${part}, document })
      return loop${part}({ ...state, document, edits: state.edits + 1 })
    }
    case 'listen':
      return loop${part}({ ...state, listeners: [...state.listeners, message.from] })
    case 'upgrade':
      return current.loop${part}(state)
    default:
      reply(message, { type: 'unknown', was: message.type })
      return loop${part}(state)
  }
}

function edit${part}(document: string, text: string): string {
  const words = document.split(' ').filter((word) => word !== '')
  while (words.length > 1_000) words.shift()
  return [...words, text].join(' ')
}
`
  }
  return text
}
