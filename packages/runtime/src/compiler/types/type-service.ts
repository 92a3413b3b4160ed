import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { childEnvironment } from '../child-environment.ts'
import { Places } from '../places.ts'
import { hashesOf, type TypeAnswer, type TypeFindings, type TypeQuestion, type TypeRequest } from './type-request.ts'

export interface TypeLimits {
  /** How long an answer is waited for, a free checker included. */
  readonly timeoutMs: number
  /** A checker that is late is not ended before: on a busy machine its first check takes long, and the next is quick. */
  readonly endMs: number
  /** How long a checker that nobody asks lives: it holds 140 MB. */
  readonly idleMs: number
  /** A checker older than this is not asked again: it does not see what is installed meanwhile. */
  readonly ageMs: number
  readonly atOnce: number
}

const TYPE_LIMITS: TypeLimits = { timeoutMs: 3_000, endMs: 20_000, idleMs: 60_000, ageMs: 600_000, atOnce: 2 }

export type TypeOutcome =
  | ({ readonly status: 'checked' } & TypeFindings)
  | { readonly status: 'late'; readonly limitMs: number }
  | { readonly status: 'failed'; readonly why: string }

export interface TypeServiceOptions {
  /** The text with this hash; `undefined` when it is no longer kept. */
  readonly readText: (hash: string) => Promise<string | undefined>
  readonly limits?: Partial<TypeLimits>
  /** Of the checker's process; for tests with one that misbehaves. */
  readonly processFile?: string
}

/** Type checks in child processes, for they may hang, crash or fill memory. */
export interface TypeService {
  /** Never rejects and never takes longer than its limit. `texts` are those of the set, by hash. */
  check(request: TypeRequest, texts: ReadonlyMap<string, string>): Promise<TypeOutcome>
  /** Checkers that live. */
  pids(): readonly number[]
  stop(): Promise<void>
}

interface Checker {
  readonly child: ChildProcess
  readonly startedAt: number
  readonly root: string
  /** Hashes of the texts that it keeps. */
  given: ReadonlySet<string>
  cancelIdle: () => void
}

const PROCESS_FILE = fileURLToPath(new URL('./type-process.ts', import.meta.url))
const HEAP_MB = 256
/** Go's collector works harder from here on; what TypeScript may use at most is the checker's own limit. */
const GO_ENVIRONMENT = { GOMEMLIMIT: '600MiB', GOMAXPROCS: '2' }

export function createTypeService(options: TypeServiceOptions): TypeService {
  const limits = { ...TYPE_LIMITS, ...options.limits }
  const checkers = new Set<Checker>()
  const idle: Checker[] = []
  const places = new Places(limits.atOnce)
  let stopped = false

  function start(root: string): Checker {
    const child = fork(options.processFile ?? PROCESS_FILE, [], {
      execArgv: [`--max-old-space-size=${HEAP_MB}`],
      env: childEnvironment(GO_ENVIRONMENT),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // A group of its own: TypeScript runs in a process below it and goes with it.
      detached: process.platform !== 'win32',
    })
    const checker: Checker = { child, root, startedAt: performance.now(), given: new Set(), cancelIdle: () => {} }
    checkers.add(checker)
    child.on('error', () => checkers.delete(checker))
    child.once('exit', () => {
      checkers.delete(checker)
      checker.cancelIdle()
      // One that was killed from outside leaves TypeScript's process behind.
      killGroup(child)
      if (idle.includes(checker)) idle.splice(idle.indexOf(checker), 1)
    })
    return checker
  }

  function end({ child, cancelIdle }: Checker): void {
    cancelIdle()
    killGroup(child)
  }

  function endUnless(answered: Promise<unknown>, checker: Checker): void {
    const timer = setTimeout(() => end(checker), Math.max(0, limits.endMs - limits.timeoutMs))
    timer.unref()
    void answered.finally(() => clearTimeout(timer))
  }

  function take(root: string): Checker {
    for (let found = idle.pop(); found !== undefined; found = idle.pop()) {
      found.cancelIdle()
      if (found.child.connected && found.root === root && performance.now() - found.startedAt < limits.ageMs) return found
      end(found)
    }
    return start(root)
  }

  function keep(checker: Checker): void {
    if (stopped || !checker.child.connected || idle.length > 0) return end(checker)
    const timer = setTimeout(() => end(checker), limits.idleMs)
    timer.unref()
    checker.cancelIdle = () => clearTimeout(timer)
    idle.push(checker)
  }

  async function ask(checker: Checker, request: TypeRequest, texts: ReadonlyMap<string, string>): Promise<TypeAnswer> {
    const needed = hashesOf(request)
    const missing = [...needed].filter((hash) => !checker.given.has(hash))
    const fresh = new Map<string, string>()
    for (const hash of missing) fresh.set(hash, texts.get(hash) ?? (await options.readText(hash)) ?? '')
    const answer = Promise.withResolvers<TypeAnswer>()
    const ended = (): void => answer.resolve({ type: 'failed', why: 'the type checker ended' })
    checker.child.once('message', answer.resolve as (message: unknown) => void)
    checker.child.once('exit', ended)
    checker.child.once('error', ended)
    try {
      checker.child.send({ request, texts: fresh } satisfies TypeQuestion, (error) => {
        if (error) ended()
      })
      checker.given = needed
      return await answer.promise
    } finally {
      checker.child.removeAllListeners('message')
      checker.child.removeListener('exit', ended)
      checker.child.removeListener('error', ended)
    }
  }

  return {
    async check(request, texts) {
      const late = Promise.withResolvers<'late'>()
      const timer = setTimeout(() => late.resolve('late'), limits.timeoutMs)
      let isLate = false
      let checker: Checker | undefined
      const work = (async (): Promise<TypeOutcome> => {
        await places.take()
        try {
          if (isLate || stopped) return { status: 'failed', why: 'nobody waits for it any more' }
          checker = take(request.root)
          const answer = await ask(checker, request, texts)
          if (answer.type === 'failed') end(checker)
          else keep(checker)
          return answer.type === 'checked' ? { status: 'checked', ...answer.found } : { status: 'failed', why: answer.why }
        } catch (error) {
          if (checker !== undefined) end(checker)
          return { status: 'failed', why: error instanceof Error ? error.message : String(error) }
        } finally {
          places.leave()
        }
      })()
      const first = await Promise.race([work, late.promise])
      clearTimeout(timer)
      if (first !== 'late') return first
      isLate = true
      if (checker !== undefined) endUnless(work, checker)
      return { status: 'late', limitMs: limits.timeoutMs }
    },
    pids: () => [...checkers].flatMap(({ child }) => child.pid ?? []),
    async stop() {
      stopped = true
      await Promise.all(
        [...checkers].map(
          (checker) =>
            new Promise<void>((resolve) => {
              checker.child.once('exit', () => resolve())
              end(checker)
            }),
        ),
      )
    },
  }
}

/** A checker and TypeScript's process below it. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // The group has ended by itself.
  }
}
