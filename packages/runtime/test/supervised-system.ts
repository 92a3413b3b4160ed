import { compileForTest, createTestScheduler, type TestScheduler } from '../src/testing/test-scheduler.ts'

/** A child: a process that tells when it starts and when it was told to stop, and ends as it is told. */
export function kid(version: number): string {
  return `
import { call, exit, exitWith, receive, send, trapExit, whereis } from '@strata/runtime/process'
export async function start(id: string, how = 'polite') {
  if (how !== 'plain') trapExit(true)
  send('log', ['start', id${version === 1 ? '' : `, ${version}`}])
  for (;;) {
    const message = await receive<any>()
    if (message.type === 'exit' && how === 'stubborn') { send('log', ['ignored', id, message.reason.value]); continue }
    if (message.type === 'exit') { send('log', ['stop', id, message.reason.value ?? message.reason.type]); exitWith(message.reason) }
    if (message.type === 'throw') throw new Error('thrown')
    if (message.type === 'end') exit(message.reason)
  }
}
/** As a server: starts only while luck is with it. */
export async function init(id: string) {
  send('log', ['attempt', id])
  if (whereis('luck') && !(await call<boolean>('luck', { type: 'lucky' }))) throw new Error('no luck')
  if (id === 'slow') await receive({ match: () => false })
  trapExit(true)
  send('log', ['start', id])
  return id
}
export function handleInfo(message: any, id: string) {
  if (message.type === 'throw') throw new Error('thrown')
  return { state: id }
}
export async function luck(failures: number) {
  for (;;) {
    const message = await receive<any>()
    ;(await import('@strata/runtime/process')).reply(message, --failures < 0)
  }
}
`
}

/** Modules of a system with one supervisor, named `sup`, whose parent and children tell `log` what they see. */
export const SUPERVISED_SYSTEM = {
  log: `
import { receive, register, reply } from '@strata/runtime/process'
export async function start() {
  register('log')
  let all: unknown[] = []
  for (;;) {
    const message = await receive<any>()
    if (message.type === 'read') { reply(message, all); all = [] }
    else all.push(message)
  }
}
`,
  kid: kid(1),
  sup: `
import { IGNORE } from '@strata/runtime/supervisor'
export function init(spec: any) {
  if (spec === 'ignore') return IGNORE
  if (spec === 'throw') throw new Error('boom')
  return spec
}
`,
  client: `
import { exit, monitor, processInfo, receive, register, send, trapExit, whereis } from '@strata/runtime/process'
import { children, deleteChild, restartChild, start, startChild, terminateChild } from '@strata/runtime/supervisor'
import { call } from '@strata/runtime/process'
const VERBS = { children, deleteChild, restartChild, startChild, terminateChild }
export async function parent(spec: any) {
  trapExit(true)
  register('parent')
  try {
    await start('sup', [spec], { link: true, name: 'sup' })
  } catch (error: any) {
    send('log', ['not started', error.code, error.reason])
    return
  }
  for (;;) {
    const message = await receive<any>()
    if (message.type === 'leave') exit(message.reason)
    if (message.type === 'exit') send('log', ['supervisor ended', message.reason.value ?? message.reason.type])
  }
}
export async function ask(verb: keyof typeof VERBS, ...args: any[]) { return (VERBS[verb] as any)('sup', ...args) }
export async function system(request: any) { return call('sup', { $system: request }) }
export async function stranger(reason: unknown) { exit(whereis('sup')!, reason) }
`,
}

let compiled: ReturnType<typeof compileForTest>[] | undefined

/** A scheduler with that system, compiled once: for tests that make hundreds. */
export function startSupervisedSystem(): TestScheduler {
  const names = Object.keys(SUPERVISED_SYSTEM)
  compiled ??= Object.entries(SUPERVISED_SYSTEM).map(([module, text]) => compileForTest(module, text, names))
  const scheduler = createTestScheduler({ modules: {} })
  scheduler.loadCompiled(compiled)
  scheduler.spawn('log', 'start')
  return scheduler
}
