import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { SourceFile } from '../engine.ts'
import { EngineError, InvariantError } from '../errors.ts'
import { childEnvironment } from './child-environment.ts'
import type { CompiledModule, CompileOutcome } from './compiled.ts'
import type { CompileRequest } from './compile-set.ts'
import type { CompilerMessage } from './compiler-process.ts'
import { Places } from './places.ts'

export interface CompileLimits {
  readonly timeoutMs: number
  /** Heap of one compiler process. */
  readonly heapMb: number
  readonly atOnce: number
  readonly waiting: number
}

/** DESIGN §7, limits. */
const COMPILE_LIMITS: CompileLimits = { timeoutMs: 30_000, heapMb: 512, atOnce: 2, waiting: 10 }

export interface CompileServiceOptions {
  readonly root: string
  readonly shared?: readonly string[]
  readonly generations?: string
  readonly limits?: Partial<CompileLimits>
}

export interface CompileService {
  /** Throws `EngineError` for `compile_timeout`, `compiler_failed` and `compiler_busy`. */
  compile(sources: readonly SourceFile[], loadedModules: readonly string[]): Promise<CompileOutcome>
  /** The runtime's own code that modules import, compiled once. */
  behaviours(): Promise<readonly CompiledModule[]>
  /** Compiler processes that live, for tests that end one. */
  pids(): readonly number[]
  stop(): Promise<void>
}

type RunOutcome =
  | { readonly status: 'done'; readonly outcome: CompileOutcome }
  | { readonly status: 'timeout' }
  | { readonly status: 'crashed'; readonly signal: string; readonly file: string }
  | { readonly status: 'ended'; readonly why: string }
  | { readonly status: 'failed'; readonly why: string }

/** Signals by which native code or V8 ends a process; everything else came from outside. */
const CRASH_SIGNALS: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGABRT', 'SIGTRAP', 'SIGFPE'])
/** What a process that V8 aborted exits with where a shell stood between. */
const CRASH_EXIT_CODES: ReadonlyMap<number, string> = new Map([
  [134, 'SIGABRT'],
  [139, 'SIGSEGV'],
  [133, 'SIGTRAP'],
])

const PROCESS_FILE = fileURLToPath(new URL('./compiler-process.ts', import.meta.url))

/** Stack that V8 may use, below the 8 MB of a main thread: long chains of operators are walked recursively. */
const STACK_KB = 6_000

/** Runs the compiler in child processes, for native parsers can end a whole process; a warm one is kept. */
export function createCompileService(options: CompileServiceOptions): CompileService {
  const limits = { ...COMPILE_LIMITS, ...options.limits }
  const system = {
    root: realpathSync(options.root),
    shared: options.shared ?? [],
    generations: (options.generations ?? 'generations').replace(/\/+$/, ''),
  }
  const idle: ChildProcess[] = []
  const children = new Set<ChildProcess>()
  const places = new Places(limits.atOnce)
  let stopped = false

  function startChild(): ChildProcess {
    const child = fork(PROCESS_FILE, [], {
      execArgv: [`--max-old-space-size=${limits.heapMb}`, `--stack-size=${STACK_KB}`],
      env: childEnvironment(),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    children.add(child)
    child.once('exit', () => {
      children.delete(child)
      const at = idle.indexOf(child)
      if (at !== -1) idle.splice(at, 1)
    })
    return child
  }

  function run(request: CompileRequest | 'behaviours'): Promise<RunOutcome> {
    const child = idle.pop() ?? startChild()
    return new Promise((resolve) => {
      let file = request === 'behaviours' ? request : (request.sources[0]?.origin ?? `${request.sources[0]?.module}.ts`)
      const settle = (outcome: RunOutcome): void => {
        clearTimeout(timer)
        child.removeAllListeners('message')
        child.removeListener('exit', onExit)
        child.removeListener('error', onError)
        if (outcome.status === 'done' && child.connected && !stopped && idle.length === 0) idle.push(child)
        else child.kill('SIGKILL')
        resolve(outcome)
      }
      // The runtime's own code compiles, however long that takes on a busy machine: a server that starts has to have it.
      const timer = request === 'behaviours' ? undefined : setTimeout(() => settle({ status: 'timeout' }), limits.timeoutMs)
      const onExit = (code: number | null, signal: string | null): void => {
        const crash = signal !== null ? (CRASH_SIGNALS.has(signal) ? signal : undefined) : CRASH_EXIT_CODES.get(code ?? 0)
        settle(
          crash === undefined
            ? { status: 'ended', why: `the compiler's process ended (${signal ?? `exit code ${code}`})` }
            : { status: 'crashed', signal: crash, file },
        )
      }
      const onError = (error: Error): void => settle({ status: 'ended', why: error.message })
      child.once('exit', onExit)
      child.once('error', onError)
      child.on('message', (message: CompilerMessage) => {
        if (message.type === 'working') file = message.file
        else if (message.type === 'done') settle({ status: 'done', outcome: message.outcome })
        else
          settle(
            message.tooDeep
              ? { status: 'crashed', signal: 'stack overflow', file: message.file }
              : { status: 'failed', why: message.error },
          )
      })
      child.send(request, (error) => {
        if (error) settle({ status: 'ended', why: error.message })
      })
    })
  }

  async function compileNow(request: CompileRequest | 'behaviours'): Promise<CompileOutcome> {
    for (let attempt = 0; ; attempt++) {
      const outcome = await run(request)
      switch (outcome.status) {
        case 'done':
          return outcome.outcome
        case 'timeout':
          throw new EngineError({ code: 'compile_timeout', limitMs: limits.timeoutMs })
        case 'failed':
          throw new EngineError({ code: 'compiler_failed', why: outcome.why })
        case 'crashed':
          return { status: 'rejected', code: 'invalid_source', diagnostics: [tooDeep(outcome.file, outcome.signal)] }
        case 'ended':
          if (attempt > 0 || stopped) throw new EngineError({ code: 'compiler_failed', why: outcome.why })
      }
    }
  }

  async function inPlace(request: CompileRequest | 'behaviours'): Promise<CompileOutcome> {
    await places.take()
    try {
      if (stopped) throw new EngineError({ code: 'compiler_failed', why: 'the compiler is stopped' })
      return await compileNow(request)
    } finally {
      places.leave()
    }
  }

  let behaviours: Promise<readonly CompiledModule[]> | undefined
  async function compileOwn(): Promise<readonly CompiledModule[]> {
    const outcome = await inPlace('behaviours')
    if (outcome.status !== 'compiled') throw new InvariantError('the behaviours do not compile')
    return outcome.modules
  }

  return {
    async compile(sources, loadedModules) {
      const { free, waiting } = places
      if (!free && waiting >= limits.waiting) throw new EngineError({ code: 'compiler_busy', waiting, limit: limits.waiting })
      return inPlace({ places: system, sources, loadedModules })
    },
    behaviours() {
      behaviours ??= compileOwn().catch((error: unknown) => {
        behaviours = undefined
        throw error
      })
      return behaviours
    },
    pids: () => [...children].flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    async stop() {
      stopped = true
      await Promise.all(
        [...children].map(
          (child) =>
            new Promise<void>((resolve) => {
              child.once('exit', () => resolve())
              child.kill('SIGKILL')
            }),
        ),
      )
    },
  }
}

function tooDeep(file: string, signal: string) {
  return {
    code: 'syntax' as const,
    severity: 'error' as const,
    file,
    line: 0,
    column: 1,
    message: `The source is nested too deeply or too large to be parsed: the parser ended (${signal})`,
    hint: 'Split deeply nested expressions or large literals, or read them from a file.',
  }
}
