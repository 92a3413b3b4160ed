import { readModuleGraph } from './module-graph.ts'

interface Rule {
  readonly why: string
  isBroken(from: string, to: string, isType: boolean): boolean
}

const RUNTIME = 'packages/runtime/src/'

/** Folders of the runtime that each may import, besides itself and the vocabulary. Types travel more freely than code: `alsoTypesOf`. */
const RUNTIME_LAYERS: Readonly<Record<string, { readonly code: readonly string[]; readonly alsoTypesOf: readonly string[] }>> = {
  vocabulary: { code: [], alsoTypesOf: ['inspect', 'code', 'process', 'compiler', 'process-api'] },
  compiler: { code: [], alsoTypesOf: ['inspect'] },
  process: { code: [], alsoTypesOf: ['inspect', 'code', 'process-api'] },
  code: { code: ['compiler', 'process'], alsoTypesOf: ['inspect', 'process-api'] },
  scheduler: { code: ['code', 'compiler', 'process', 'process-api'], alsoTypesOf: ['inspect', 'host'] },
  host: { code: ['scheduler', 'code', 'compiler', 'process', 'process-api'], alsoTypesOf: ['inspect'] },
  'process-api': { code: ['process'], alsoTypesOf: [] },
  behaviours: { code: ['process-api'], alsoTypesOf: [] },
  inspect: { code: ['host', 'scheduler', 'code', 'compiler', 'process', 'process-api'], alsoTypesOf: [] },
}

/** The folder below src, `vocabulary` for the files that stand in src itself. */
function layerOf(path: string): string | undefined {
  if (!path.startsWith(RUNTIME)) return undefined
  const [first, second] = path.slice(RUNTIME.length).split('/')
  return second === undefined ? 'vocabulary' : first
}

// These join the parts, so they may import all of them.
const JOINTS = new Set([`${RUNTIME}index.ts`, `${RUNTIME}engine.ts`])

const RULES: readonly Rule[] = [
  {
    why: 'runtime: vocabulary ← compiler, process ← code ← scheduler ← host; process-api ← process; behaviours ← process-api',
    isBroken(from, to, isType) {
      const [source, target] = [layerOf(from), layerOf(to)]
      if (source === undefined || target === undefined || source === target || target === 'vocabulary') return false
      if (JOINTS.has(from) || source === 'testing') return false
      const layer = RUNTIME_LAYERS[source]
      if (layer === undefined) return true
      return !layer.code.includes(target) && !(isType && layer.alsoTypesOf.includes(target)) && target !== 'inspect'
    },
  },
  {
    why: 'inspect reads all, and only the engine imports it (its types are the wire)',
    isBroken: (from, to, isType) =>
      layerOf(to) === 'inspect' &&
      layerOf(from) !== 'inspect' &&
      layerOf(from) !== 'testing' &&
      !isType &&
      !JOINTS.has(from) &&
      from.startsWith(RUNTIME),
  },
  {
    why: 'the web takes the server’s types only',
    isBroken: (from, to, isType) => from.startsWith('apps/web/') && to.startsWith('apps/server/') && !isType,
  },
  {
    why: 'ui knows React only',
    isBroken: (from, to) => from.startsWith('packages/ui/') && !to.startsWith('packages/ui/'),
  },
  {
    why: 'a package is entered through its public index',
    isBroken: (from, to) => workspaceOf(from) !== workspaceOf(to) && to.includes('/src/') && reachesInside.has(`${from} ${to}`),
  },
  {
    why: 'apps know the runtime through the engine, not the other way round',
    isBroken: (from, to) => from.startsWith('packages/') && (to.startsWith('apps/') || to.startsWith('e2e/') || to.startsWith('examples/')),
  },
]

function workspaceOf(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('e2e/') || path.startsWith('bin/') ? 1 : 2)
    .join('/')
}

const reachesInside = new Set<string>()

/** Imports that break the rule of ARCHITECTURE.md, one line each. */
export function checkImports(): string[] {
  const problems: string[] = []
  for (const file of readModuleGraph().values()) {
    const isTest = /\.(test|spec)\.tsx?$|\/test\/|\/bench\//.test(file.path)
    for (const one of file.imports) {
      if (one.target === undefined) continue
      if (one.specifier.startsWith('.')) reachesInside.add(`${file.path} ${one.target}`)
      if (isTest && workspaceOf(file.path) === workspaceOf(one.target)) continue
      for (const rule of RULES) {
        if (rule.isBroken(file.path, one.target, one.isType)) problems.push(`${file.path}:${one.line} imports ${one.target} (${rule.why})`)
      }
    }
    if (file.path.startsWith('packages/ui/src/') && !isTest) {
      for (const one of file.imports) {
        if (one.target === undefined && !/^(react|react-dom|radix-ui)(\/|$)/.test(one.specifier))
          problems.push(`${file.path}:${one.line} imports ${one.specifier} (ui knows React only)`)
      }
    }
  }
  return problems
}
