import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Counter } from '../src/abi.ts'
import type { CodeInstance } from '../src/code/instance.ts'
import { PackageTable } from '../src/code/package-table.ts'
import type { CompiledPackage } from '../src/compiler/compiled.ts'
import { PackageFiles } from '../src/compiler/package-files.ts'
import { PackageSet } from '../src/compiler/package-set.ts'
import { TinyDriver } from './tiny-driver.ts'

/** A folder of its own with these files, gone after the test. Keys are paths, values texts or what becomes JSON. */
export async function installPackages(files: Record<string, string | object>): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'strata-packages-')))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  await writeFiles(root, files)
  return root
}

export async function writeFiles(root: string, files: Record<string, string | object>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
}

export const manifest = (name: string, version: string, rest: object = {}): object => ({ name, version, ...rest })

/** Compiles packages that a module of `root` imports and evaluates them on a table of its own, without a scheduler. */
export class PackageRoom {
  readonly root: string
  readonly driver = new TinyDriver()
  readonly counter: Counter = { r: 4_000, m: 0 }
  readonly globals: Record<string, unknown> = {}
  readonly files = new PackageFiles()
  readonly table: PackageTable
  readonly #shared: readonly string[]

  constructor(root: string, shared: readonly string[] = []) {
    this.root = root
    this.#shared = shared
    this.table = new PackageTable(createRequire(join(root, 'main.ts')), () => ({
      registers: this.driver,
      counter: this.counter,
      api: {},
      globalsFor: () => this.globals,
      inBody: (run) => run(),
      isInBody: () => false,
      now: () => 0,
      beginBodies: () => {
        throw new Error('there are no bodies here')
      },
    }))
  }

  /** What is asked of npm at one load. Throws the message of a refusal. */
  compile(...specifiers: string[]): { readonly hashes: string[]; readonly packages: CompiledPackage[] } {
    const set = new PackageSet(this.files, this.#shared, () => {})
    const hashes = specifiers.map((specifier) => {
      const outcome = set.add(specifier, join(this.root, 'main.ts'))
      if (outcome.status === 'found') return outcome.hash
      throw new Error(outcome.status === 'failed' ? `${outcome.message} ${outcome.hint ?? ''}` : outcome.status)
    })
    return { hashes, packages: set.compiled(hashes) }
  }

  /** Namespaces of these, for a user that holds them until it is released. */
  load(...specifiers: string[]): { readonly namespaces: any[]; release(): void } {
    const { hashes, packages } = this.compile(...specifiers)
    return this.place(hashes, packages)
  }

  place(hashes: readonly string[], packages: readonly CompiledPackage[]): { readonly namespaces: any[]; release(): void } {
    const user = {} as CodeInstance
    try {
      const namespaces = this.table.instantiate(hashes, packages)
      this.table.hold(user, hashes)
      return { namespaces, release: () => this.table.release(user) }
    } catch (error) {
      this.table.release(undefined)
      throw error
    }
  }
}
