import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { parseSync } from 'oxc-parser'
import { root } from './root.ts'

/** A name that a file takes from another; `*` for all of them. */
export interface ImportedName {
  readonly name: string
  readonly isType: boolean
}

export interface Import {
  readonly specifier: string
  /** File of this repository that the specifier means, `undefined` for packages. */
  readonly target: string | undefined
  readonly line: number
  readonly names: readonly ImportedName[]
  /** It names types only and is gone when the program runs. */
  readonly isType: boolean
}

export interface Export {
  readonly name: string
  readonly line: number
  readonly isType: boolean
}

/** A source file: what it imports, what it exports. Paths are relative to the repository, with `/`. */
export interface ModuleFile {
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
  readonly exports: readonly Export[]
}

/** Files by path. */
export type ModuleGraph = ReadonlyMap<string, ModuleFile>

const WORKSPACES = [
  'apps/cli',
  'apps/server',
  'apps/web',
  'packages/runtime',
  'packages/ui',
  'examples/scribe',
  'examples/rooms',
  'e2e',
  'bin',
]
const SKIPPED = new Set(['node_modules', 'dist', 'data', 'test-results', '.turbo'])

/** Every TypeScript file of the repository with its imports resolved. */
export function readModuleGraph(): ModuleGraph {
  const paths = WORKSPACES.flatMap((folder) => listSources(folder))
  const packages = readPackageExports()
  return new Map(paths.map((path) => [path, parseModule(path, readFileSync(join(root, path), 'utf8'), packages)]))
}

function listSources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : listSources(path)
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : []
  })
}

/** `@strata/runtime/process` → `packages/runtime/src/process-api/index.ts`, for every package of ours. */
function readPackageExports(): Map<string, string> {
  const found = new Map<string, string>()
  for (const folder of WORKSPACES.filter((one) => one !== 'bin')) {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
      name: string
      exports?: Record<string, string>
    }
    for (const [entry, target] of Object.entries(manifest.exports ?? {})) found.set(manifest.name + entry.slice(1), join(folder, target))
  }
  return found
}

/** Files that packages of ours show to the outside. */
export function publicFiles(): Set<string> {
  return new Set(readPackageExports().values())
}

/** What a text imports and exports. `packages` maps our packages' entries to their files. */
export function parseModule(path: string, text: string, packages: ReadonlyMap<string, string>): ModuleFile {
  const { module } = parseSync(path, text)
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length
  const resolveTarget = (specifier: string): string | undefined =>
    specifier.startsWith('.') ? relative(root, resolve(root, dirname(path), specifier)).replaceAll('\\', '/') : packages.get(specifier)

  const imports: Import[] = module.staticImports.map((one) => ({
    specifier: one.moduleRequest.value,
    target: resolveTarget(one.moduleRequest.value),
    line: lineAt(one.start),
    names: one.entries.map((entry) => ({ name: nameOf(entry.importName), isType: entry.isType })),
    isType: one.entries.length > 0 && one.entries.every((entry) => entry.isType),
  }))
  const exports: Export[] = []
  for (const statement of module.staticExports) {
    for (const entry of statement.entries) {
      const line = lineAt(entry.start)
      if (entry.moduleRequest !== null) {
        const specifier = entry.moduleRequest.value
        imports.push({
          specifier,
          target: resolveTarget(specifier),
          line,
          names: [{ name: nameOf(entry.importName), isType: entry.isType }],
          isType: entry.isType,
        })
      }
      const name = entry.exportName.kind === 'Default' ? 'default' : (entry.exportName.name ?? '*')
      exports.push({ name, line, isType: entry.isType })
    }
  }
  for (const one of module.dynamicImports) {
    const specifier = /^['"](.+)['"]$/.exec(text.slice(one.moduleRequest.start, one.moduleRequest.end))?.[1]
    if (specifier !== undefined)
      imports.push({
        specifier,
        target: resolveTarget(specifier),
        line: lineAt(one.start),
        names: [{ name: '*', isType: false }],
        isType: false,
      })
  }
  return { path, text, imports, exports }
}

function nameOf(imported: { kind: string; name: string | null }): string {
  if (imported.kind === 'Default') return 'default'
  return imported.kind === 'Name' && imported.name !== null ? imported.name : '*'
}
