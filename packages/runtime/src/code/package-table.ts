import type { PackageRecord } from '../abi.ts'
import type { CompiledPackage } from '../compiler/compiled.ts'
import { InvariantError } from '../errors.ts'
import type { CodeSurroundings } from './code-table.ts'
import type { CodeInstance } from './instance.ts'
import { runScript } from './run-script.ts'
import type { MappedScript } from './stack.ts'

interface LoadedPackage {
  readonly exports: unknown
  readonly users: Set<CodeInstance>
}

/** The npm packages of one scheduler: one instance per content, dropped with the last generation that was loaded with it. */
export class PackageTable {
  readonly #require: NodeJS.Require
  readonly #surroundings: () => CodeSurroundings
  readonly #loaded = new Map<string, LoadedPackage>()
  readonly #scripts = new Map<string, MappedScript>()

  constructor(require: NodeJS.Require, surroundings: () => CodeSurroundings) {
    this.#require = require
    this.#surroundings = surroundings
  }

  script(name: string): MappedScript | undefined {
    return this.#scripts.get(name)
  }

  /** What the packages export, in the order of their hashes. */
  instantiate(hashes: readonly string[], offered: readonly CompiledPackage[]): unknown[] {
    return hashes.map((hash) => this.#load(hash, offered).exports)
  }

  /** `user` was loaded with these. */
  hold(user: CodeInstance, hashes: readonly string[]): void {
    for (const hash of hashes) this.#loaded.get(hash)?.users.add(user)
  }

  /** Drops what nobody else was loaded with. */
  release(user: CodeInstance | undefined): void {
    for (const [hash, loaded] of this.#loaded) {
      if (user !== undefined) loaded.users.delete(user)
      if (loaded.users.size > 0) continue
      this.#loaded.delete(hash)
      this.#scripts.delete(scriptName(hash))
    }
  }

  #load(hash: string, offered: readonly CompiledPackage[]): LoadedPackage {
    const known = this.#loaded.get(hash)
    if (known !== undefined) return known
    const compiled = offered.find((entry) => entry.hash === hash)
    if (compiled === undefined) throw new InvariantError(`package ${hash} was not offered`)
    const { registers, counter, globalsFor, inBody } = this.#surroundings()
    const script = scriptName(hash)
    const main = compiled.releases[0]
    this.#scripts.set(script, {
      map: compiled.map,
      file: compiled.specifier,
      label: main === undefined ? compiled.specifier : `${main.name}@${main.release}`,
    })
    const module = { exports: {} as unknown }
    const record: PackageRecord = { s: registers, c: counter, globals: globalsFor() }
    const factory = runScript(compiled.code, script) as (
      record: PackageRecord,
      module: { exports: unknown },
      exports: unknown,
      require: NodeJS.Require,
    ) => void
    inBody(() => factory(record, module, module.exports, this.#require))
    const loaded: LoadedPackage = { exports: module.exports, users: new Set() }
    this.#loaded.set(hash, loaded)
    return loaded
  }
}

function scriptName(hash: string): string {
  return `package:${hash}`
}
