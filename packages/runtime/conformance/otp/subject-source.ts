import type { Subject } from './operations.ts'

/** How version `n` of a subject has its `f`: the call matrix's {exported, local, absent}. */
function featureOf(version: number): 'exported' | 'local' | 'absent' {
  return (['absent', 'exported', 'local'] as const)[version % 3]!
}

/** The text of a version: what `erlang/subject.erl` is, in TypeScript. Version 0 is the watcher `w`. */
export function subjectSource(module: Subject | 'w', version: number, failing = false): string {
  const feature = featureOf(version)
  const f = feature === 'absent' ? '' : `${feature === 'exported' ? 'export ' : ''}function f(): number {\n  return ${version}\n}\n`
  return `import { demonitor, exit, link, monitor, receive, register, reply, self, send, spawn, TIMEOUT, trapExit, unlink, unregister, whereis } from '@strata/runtime/process'
import * as a from './a.ts'
import * as b from './b.ts'

export const name = '${module}'

export function v(): number {
  return ${version}
}
${f}
${failing ? "throw new Error('this body fails')" : ''}
function isCommand(message: any): boolean {
  return message.type === 'command'
}

/** The value, or what was thrown, by name. */
function attempt(run: () => any): any {
  try {
    return run()
  } catch (error: any) {
    return error.name === 'PurgedCodeError' ? 'purged' : (error.code ?? 'error:' + error.message)
  }
}

function versionOf(subject: string): any {
  return subject === 'a' ? a.v() : b.v()
}

function featureOf(subject: string): any {
  return subject === 'a' ? a.f() : b.f()
}

function makeFun(kind: string, subject: string): any {
  switch (kind) {
    case 'closure':
      return () => v()
    case 'local':
      return v
    case 'qualified':
      return subject === 'a' ? () => a.v() : () => b.v()
    case 'external':
      return subject === 'a' ? a.v : b.v
    default:
      return async (state: any) => loop(state)
  }
}

function callFun(kept: any): any {
  if (kept === undefined || kept.kind === 'looper') return 'none'
  return kept.fun()
}

function isLooper(kept: any): boolean {
  return kept !== undefined && kept.kind === 'looper'
}

function options(option: string): any {
  return { link: option === 'link', monitor: option === 'monitor' }
}

/** A reference becomes its number among those that this process made. */
function describe(message: any, refs: any[]): any {
  return message.type === 'down' ? { ...message, ref: refs.indexOf(message.ref.ref) } : message
}

async function drain(refs: any[]): Promise<any[]> {
  const taken: any[] = []
  while (true) {
    const message = await receive<any>({ match: (candidate) => !isCommand(candidate), after: 0 })
    if (message === TIMEOUT) return taken
    taken.push(describe(message, refs))
  }
}

export async function start(): Promise<any> {
  return loop({ funs: {}, refs: [] })
}

export async function loop(state: any): Promise<any> {
  const command = await receive<any>({ match: isCommand })
  const [verb, first, second, third] = command.deed
  switch (verb) {
    case 'look':
      reply(command, [attempt(() => a.v()), attempt(() => b.v()), await drain(state.refs)])
      return loop(state)
    case 'local':
      reply(command, v())
      return loop(state)
    case 'local_f':
      reply(command, ${feature === 'absent' ? "'absent'" : 'f()'})
      return loop(state)
    case 'qual':
      reply(
        command,
        attempt(() => versionOf(first)),
      )
      return loop(state)
    case 'qual_f':
      reply(
        command,
        attempt(() => featureOf(first)),
      )
      return loop(state)
    case 'must':
      reply(command, 'ok')
      versionOf(first)
      return loop(state)
    case 'move':
      reply(command, 'ok')
      if (first === 'a') return a.loop(state)
      return b.loop(state)
    case 'enter': {
      reply(command, 'ok')
      const next = first === 'a' ? await a.loop(state) : await b.loop(state)
      return loop(next)
    }
    case 'enter_try': {
      reply(command, 'ok')
      let next = state
      try {
        next = first === 'a' ? await a.loop(state) : await b.loop(state)
      } catch {}
      return loop(next)
    }
    case 'return':
      reply(command, 'ok')
      return state
    case 'fun': {
      const fun = attempt(() => makeFun(second, third))
      reply(command, typeof fun === 'function' ? 'ok' : fun)
      return loop(typeof fun === 'function' ? { ...state, funs: { ...state.funs, [first]: { kind: second, fun } } } : state)
    }
    case 'call_fun':
      reply(
        command,
        attempt(() => callFun(state.funs[first])),
      )
      return loop(state)
    case 'must_fun':
      reply(command, 'ok')
      callFun(state.funs[first])
      return loop(state)
    case 'enter_fun': {
      const kept = state.funs[first]
      if (!isLooper(kept)) {
        reply(command, 'none')
        return loop(state)
      }
      reply(command, 'ok')
      const { fun } = kept
      const next = await fun(state)
      return loop(next)
    }
    case 'spawn':
      reply(command, { spawned: spawn({ module: first, export: 'start' }, [], options(second)) })
      return loop(state)
    case 'spawn_local':
      reply(command, { spawned: spawn(start, [], options(first)) })
      return loop(state)
    case 'spawn_fun': {
      const kept = state.funs[first]
      reply(command, isLooper(kept) ? { spawned: spawn(kept.fun, [{ funs: {}, refs: [] }], options(second)) } : 'none')
      return loop(state)
    }
    case 'send':
      reply(
        command,
        attempt(() => (send(first, { type: 'tag', tag: second }), 'ok')),
      )
      return loop(state)
    case 'send_name':
      reply(
        command,
        attempt(() => (send(first, { type: 'tag', tag: second }), 'ok')),
      )
      return loop(state)
    case 'take': {
      const taken = await receive<any>({ match: (candidate) => candidate.type === 'tag' && candidate.tag === first, after: 0 })
      reply(command, taken === TIMEOUT ? 'none' : 'taken')
      return loop(state)
    }
    case 'drain':
      reply(command, await drain(state.refs))
      return loop(state)
    case 'link':
      reply(
        command,
        attempt(() => (link(first), 'ok')),
      )
      return loop(state)
    case 'unlink':
      reply(
        command,
        attempt(() => (unlink(first), 'ok')),
      )
      return loop(state)
    case 'monitor':
    case 'monitor_name': {
      const { ref } = monitor(first)
      reply(command, 'ok')
      return loop({ ...state, refs: [...state.refs, ref] })
    }
    case 'demonitor':
      reply(command, first < state.refs.length ? demonitor({ ref: state.refs[first] }, { flush: second }) : 'none')
      return loop(state)
    case 'trap':
      reply(command, trapExit(first))
      return loop(state)
    case 'exit':
      reply(
        command,
        attempt(() => (exit(first, second), 'ok')),
      )
      return loop(state)
    case 'exit1':
      reply(command, 'ok')
      exit(first)
    case 'error':
      reply(command, 'ok')
      throw new Error('boom')
    case 'throw':
      reply(command, 'ok')
      throw 'ball'
    case 'register':
      reply(
        command,
        attempt(() => (register(first, second), 'ok')),
      )
      return loop(state)
    case 'unregister':
      reply(
        command,
        attempt(() => (unregister(first), 'ok')),
      )
      return loop(state)
    case 'whereis':
      reply(command, { found: whereis(first) ?? null })
      return loop(state)
    case 'timer':
      setTimeout(() => v(), 3_600_000)
      reply(command, 'ok')
      return loop(state)
  }
}
`
}
