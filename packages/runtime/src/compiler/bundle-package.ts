import { readFileSync, realpathSync, statSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { basename, dirname, join } from 'node:path'
import type { PackageRelease } from '../inspect/views.ts'
import { sha256 } from './content-hash.ts'
import type { CompiledPackage } from './compiled.ts'
import { instrumentPackage } from './instrument-package.ts'

export const BUNDLE_MAX_BYTES = 10_000_000

export type PackageOutcome =
  | { readonly status: 'compiled'; readonly compiled: CompiledPackage; readonly exports: readonly string[] | undefined }
  | { readonly status: 'failed'; readonly message: string; readonly hint?: string }
  | { readonly status: 'too_large'; readonly size: number }

interface Cached {
  readonly stamp: string
  readonly entryFile: string
  readonly entryStamp: string
  readonly compiled: CompiledPackage
  /** Of an ES module; a CommonJS module's are not known. */
  readonly exports: readonly string[] | undefined
}

const ENTRY = 'strata:entry'

/** `marked-4/lib/x.js` is in `marked-4`, `@scope/name/x` in `@scope/name`. */
export function packageNameOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** The folder of a package as Node finds it from a folder: its `node_modules`, then its ancestors'. */
export function findPackage(specifier: string, folder: string): string | undefined {
  const name = packageNameOf(specifier)
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', name)
    if (basename(at) !== 'node_modules' && statSync(join(candidate, 'package.json'), { throwIfNoEntry: false }))
      return realpathSync(candidate)
    if (dirname(at) === at) return undefined
  }
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat ? `${stat.mtimeMs}:${stat.size}` : ''
}

/** Name and release of the package that a file belongs to. */
function releaseOf(file: string): PackageRelease | undefined {
  for (let at = dirname(file); dirname(at) !== at; at = dirname(at)) {
    const manifest = join(at, 'package.json')
    if (!statSync(manifest, { throwIfNoEntry: false })) continue
    const { name, version } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown; version?: unknown }
    if (typeof name === 'string' && typeof version === 'string') return { name, release: version }
  }
  return undefined
}

/** Bundles npm packages, each entry once per release and state of its entry file. No plugin or configuration of theirs runs. */
export class PackageBundler {
  readonly #shared: readonly string[]
  readonly #cache = new Map<string, Cached>()

  constructor(shared: readonly string[]) {
    this.#shared = shared
  }

  /** `importer` is the absolute file that imports `specifier`, `folder` the package's as `findPackage` says. */
  async bundle(specifier: string, importer: string, folder: string): Promise<PackageOutcome> {
    const key = `${folder}\n${specifier}`
    const stamp = stampOf(join(folder, 'package.json'))
    const known = this.#cache.get(key)
    if (known !== undefined && known.stamp === stamp && known.entryStamp === stampOf(known.entryFile))
      return { status: 'compiled', compiled: known.compiled, exports: known.exports }
    const outcome = await this.#bundle(specifier, importer, folder)
    if ('entryFile' in outcome) {
      const { compiled, exports, entryFile } = outcome
      this.#cache.set(key, { stamp, entryFile, entryStamp: stampOf(entryFile), compiled, exports })
      return { status: 'compiled', compiled, exports }
    }
    return outcome
  }

  async #bundle(
    specifier: string,
    importer: string,
    folder: string,
  ): Promise<
    | Exclude<PackageOutcome, { status: 'compiled' }>
    | { readonly compiled: CompiledPackage; readonly exports: readonly string[] | undefined; readonly entryFile: string }
  > {
    let code: string
    let imports: readonly string[]
    let files: readonly string[]
    let entryFile: string
    let exports: readonly string[] | undefined
    try {
      // Loading the bundler takes longer than everything else in the compiler: only for modules that import packages.
      const { rolldown } = await import('rolldown')
      const bundle = await rolldown({
        input: { entry: ENTRY },
        platform: 'node',
        cwd: folder,
        tsconfig: false,
        logLevel: 'silent',
        external: (id) => id.startsWith('node:') || builtinModules.includes(id) || this.#shared.includes(packageNameOf(id)),
        plugins: [entryPlugin(specifier, importer)],
      })
      try {
        const { output } = await bundle.generate({ format: 'cjs', codeSplitting: false, exports: 'auto' })
        const [chunk] = output
        code = chunk.code
        imports = chunk.imports
        exports = chunk.exports.length > 0 ? chunk.exports : undefined
        files = chunk.moduleIds.filter((id) => !id.startsWith('\0'))
        entryFile = chunk.facadeModuleId ?? join(folder, 'package.json')
      } finally {
        await bundle.close()
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return { status: 'failed', message: `\`${specifier}\` cannot be bundled: ${message.split('\n').slice(0, 4).join(' ').slice(0, 500)}` }
    }
    const size = Buffer.byteLength(code)
    if (size > BUNDLE_MAX_BYTES) return { status: 'too_large', size }
    const instrumented = instrumentPackage(code, entryFile)
    if (instrumented.status === 'rejected')
      return { status: 'failed', message: `\`${specifier}\` cannot be compiled: ${instrumented.message}` }
    const releases = new Map<string, PackageRelease>()
    for (const file of [entryFile, ...files]) {
      const release = releaseOf(file)
      if (release) releases.set(`${release.name}@${release.release}`, release)
    }
    const compiled: CompiledPackage = {
      hash: sha256(instrumented.code),
      specifier,
      releases: [...releases.values()],
      code: instrumented.code,
      map: instrumented.map,
      bytes: Buffer.byteLength(instrumented.code),
      natives: [...imports],
    }
    return { compiled, exports, entryFile }
  }
}

function entryPlugin(specifier: string, importer: string) {
  return {
    name: 'strata-entry',
    async resolveId(this: { resolve(source: string, importer: string, options: { skipSelf: boolean }): Promise<unknown> }, id: string) {
      return id === ENTRY ? ((await this.resolve(specifier, importer, { skipSelf: true })) as never) : undefined
    },
  }
}
