import type { ModuleGraph } from './module-graph.ts'

interface Step {
  readonly from: string
  readonly to: string
  /** It names types only. */
  readonly isType: boolean
  /** Written as a path, not as a package's name. */
  readonly isPath: boolean
}

interface Rule {
  readonly why: string
  isBroken(step: Step): boolean
}

const RUNTIME = 'packages/runtime/src/'

/** What each folder of the runtime may import, besides itself, the vocabulary and the wire's types. */
const RUNTIME_FOLDERS: Readonly<Record<string, { readonly code: readonly string[]; readonly types: readonly string[] }>> = {
  vocabulary: { code: [], types: ['code', 'process', 'compiler', 'process-api'] },
  compiler: { code: [], types: [] },
  process: { code: [], types: ['code', 'process-api'] },
  code: { code: ['compiler', 'process'], types: ['process-api'] },
  scheduler: { code: ['code', 'compiler', 'process', 'process-api'], types: ['host'] },
  host: { code: ['scheduler', 'code', 'compiler', 'process', 'process-api', 'inspect'], types: [] },
  'process-api': { code: ['process'], types: [] },
  behaviours: { code: ['process-api'], types: [] },
  inspect: { code: ['behaviours', 'host', 'scheduler', 'code', 'compiler', 'process', 'process-api'], types: [] },
}

/** The rooms of the runtime's host, from the ground up: what each may import of the others, and of the files that stand beside them. */
const HOST_ROOMS: Readonly<Record<string, readonly string[]>> = {
  journal: [],
  thread: ['protocol.ts'],
  fleet: ['thread', 'protocol.ts'],
  retainers: ['fleet', 'runtime-parts.ts'],
  views: ['fleet', 'protocol.ts', 'runtime-parts.ts'],
  acts: ['views', 'fleet', 'protocol.ts', 'runtime-parts.ts'],
  loading: ['acts', 'views', 'fleet', 'journal', 'protocol.ts', 'runtime-parts.ts'],
}

// These join the parts, so they may import all of them.
const JOINTS = new Set(['index.ts', 'engine.ts', 'create-engine.ts'].map((name) => RUNTIME + name))

// The layout of the memory that control plane and schedulers share: names for both sides, no code.
const HOST = `${RUNTIME}host/`
const SHARED_WORDS = `${HOST}shared-words.ts`

// Sentences that console and command line share; it imports types alone.
const WORDS = 'apps/server/src/words.ts'

const RULES: readonly Rule[] = [
  {
    why: 'runtime: vocabulary ← compiler, process ← code ← scheduler ← host; process-api ← process; behaviours ← process-api; only the engine and its arm in each thread, host, import inspect',
    isBroken({ from, to, isType }) {
      const [source, target] = [folderOf(from), folderOf(to)]
      if (source === undefined || target === undefined || source === target || target === 'vocabulary') return false
      if (JOINTS.has(from) || source === 'testing' || (isType && target === 'inspect')) return false
      const allowed = RUNTIME_FOLDERS[source]
      return allowed === undefined || !(allowed.code.includes(target) || (isType && allowed.types.includes(target)))
    },
  },
  {
    why: 'runtime/host: journal, thread ← fleet ← retainers, views ← acts ← loading ← the control plane',
    isBroken({ from, to }) {
      if (!from.startsWith(HOST) || !to.startsWith(HOST) || to === SHARED_WORDS) return false
      const [source, target] = [roomOf(from), roomOf(to)]
      return source !== target && HOST_ROOMS[source]?.includes(target) === false
    },
  },
  {
    why: 'the web takes the server’s types and words only',
    isBroken: ({ from, to, isType }) => from.startsWith('apps/web/') && to.startsWith('apps/server/') && !isType && to !== WORDS,
  },
  {
    why: 'of the runtime the web takes types and the vocabulary only',
    isBroken: ({ from, to, isType }) =>
      from.startsWith('apps/web/') && to.startsWith('packages/runtime/') && !isType && to !== `${RUNTIME}vocabulary.ts`,
  },
  {
    why: 'the words are no more than words: of the server they take types',
    isBroken: ({ from, to, isType }) => from.startsWith('apps/server/src/words') && !to.startsWith('apps/server/src/words') && !isType,
  },
  {
    why: 'ui knows React only',
    isBroken: ({ from, to }) => from.startsWith('packages/ui/') && !to.startsWith('packages/ui/'),
  },
  {
    why: 'a package is entered through its public index',
    isBroken: ({ from, to, isPath }) => isPath && workspaceOf(from) !== workspaceOf(to) && !to.startsWith('bin/'),
  },
  {
    why: 'packages know nothing of the apps',
    isBroken: ({ from, to }) => from.startsWith('packages/') && !to.startsWith('packages/'),
  },
]

/** The folder below src, `vocabulary` for the files that stand in src itself. */
function folderOf(path: string): string | undefined {
  if (!path.startsWith(RUNTIME)) return undefined
  if (path === SHARED_WORDS) return 'vocabulary'
  const [first, second] = path.slice(RUNTIME.length).split('/')
  return second === undefined ? 'vocabulary' : first
}

/** The room below the host's folder, or the name of a file that stands in none. */
function roomOf(path: string): string {
  return path.slice(HOST.length).split('/', 1).join()
}

function workspaceOf(path: string): string {
  const [first, second] = path.split('/')
  return first === 'e2e' || first === 'bin' ? first : `${first}/${second}`
}

/** Imports that break the rule of ARCHITECTURE.md, one line each. Tests may reach everywhere in their own workspace. */
export function checkImports(graph: ModuleGraph): string[] {
  const problems: string[] = []
  for (const file of graph.values()) {
    const isTest = /\.(test|spec)\.tsx?$|\/test\/|\/bench\//.test(file.path)
    const isUi = file.path.startsWith('packages/ui/src/') && !isTest
    for (const { target, specifier, line, isType } of file.imports) {
      if (target === undefined) {
        if (isUi && !/^(react|react-dom|radix-ui)(\/|$)/.test(specifier))
          problems.push(`${file.path}:${line} imports ${specifier} (ui knows React only)`)
        continue
      }
      if (isTest && workspaceOf(file.path) === workspaceOf(target)) continue
      const step: Step = { from: file.path, to: target, isType, isPath: specifier.startsWith('.') }
      for (const rule of RULES) if (rule.isBroken(step)) problems.push(`${file.path}:${line} imports ${target} (${rule.why})`)
    }
  }
  return problems
}
