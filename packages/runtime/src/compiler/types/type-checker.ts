import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { API } from 'typescript/unstable/async'
import type { Diagnostic, Project, Snapshot } from 'typescript/unstable/async'
import { Lines } from '../positions.ts'
import { placeModules } from './place-modules.ts'
import type { Placement } from './place-modules.ts'
import { SystemFiles } from './system-files.ts'
import type { TypedModule, TypeFinding, TypeFindings, TypeRequest } from './type-request.ts'

const CONFIG_FILE = '.strata-types.json'
const ROOT_FILE = '.strata-types.ts'
/** How many findings one answer carries. */
const FINDINGS_MAX = 1_000
const MESSAGE_MAX = 600
/** How many of TypeScript's chained explanations a message shows. */
const CHAIN_MAX = 2

/** Of a system without a tsconfig.json. */
const STRICT_DEFAULTS = {
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable', 'esnext.iterator', 'esnext.collection'],
  module: 'esnext',
  moduleResolution: 'bundler',
  moduleDetection: 'force',
  resolveJsonModule: true,
  strict: true,
}
/** Whatever the system's own configuration says: nothing is written, and only its modules are looked at. */
const ALWAYS = { noEmit: true, composite: false, incremental: false, allowImportingTsExtensions: true, skipLibCheck: true }

/** Checks the types of a system's modules. One after the other; not while an earlier check is under way. */
export class TypeChecker {
  readonly #files: SystemFiles
  readonly #api: API
  readonly #config: string
  readonly #ownConfig: string
  #ownConfigAt = 0
  #snapshot: Snapshot | undefined

  constructor(root: string) {
    this.#files = new SystemFiles(root)
    this.#config = join(root, CONFIG_FILE)
    this.#ownConfig = join(root, 'tsconfig.json')
    this.#api = new API({ cwd: root, fs: this.#files.fileSystem })
  }

  /** TypeScript's own process; `undefined` before the first check. */
  get pid(): number | undefined {
    return (this.#api as unknown as { readonly client?: { readonly process?: { readonly pid?: number } } }).client?.process?.pid
  }

  async check(request: TypeRequest, textOf: (hash: string) => string): Promise<TypeFindings> {
    const others = request.current.filter(({ module }) => !request.set.some((entry) => entry.module === module))
    const beside = request.importers.filter((entry) => !others.some((other) => isSame(other, entry)))
    const after = placeModules([...request.set, ...others], beside, textOf, this.#folderText)
    const project = await this.#open(after)
    const found = await this.#diagnose(project, after, request.set)
    const broken = await this.#diagnose(project, after, request.importers)
    if (broken.length === 0) return bounded(found)
    // Only what the set adds is told: what these say of the present state, they said before.
    const before = placeModules(request.current, beside, textOf, this.#folderText)
    const known = new Set((await this.#diagnose(await this.#open(before), before, request.importers)).map(placeOf))
    return bounded([...found, ...broken.filter((finding) => !known.has(placeOf(finding)))])
  }

  readonly #folderText = (path: string): string | undefined => {
    const file = join(this.#files.root, path)
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined
  }

  async #open(placement: Placement): Promise<Project> {
    const { root } = this.#files
    const texts = new Map([...placement.files].map(([path, text]) => [join(root, path), text]))
    texts.set(this.#config, this.#configuration())
    // One file that names all: a configuration that changes would have everything read anew (230 ms instead of 110).
    const declarations = this.#files.declarations().map((path) => `/// <reference path=${JSON.stringify(`./${path}`)} />\n`)
    const imports = [...placement.files.keys()].map((path) => `import ${JSON.stringify(`./${path}`)}\n`)
    texts.set(join(root, ROOT_FILE), [...declarations, ...imports].join(''))
    const changes = this.#files.replace(texts)
    const ownConfigAt = statSync(this.#ownConfig, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (ownConfigAt !== this.#ownConfigAt) changes.changed.push(this.#ownConfig)
    this.#ownConfigAt = ownConfigAt
    const earlier = this.#snapshot
    this.#snapshot = await this.#api.updateSnapshot({
      ...(earlier === undefined ? { openProjects: [this.#config] } : {}),
      fileChanges: changes,
    })
    await earlier?.dispose()
    const project = this.#snapshot.getProject(this.#config)
    if (project === undefined) throw new Error('the type checker did not open the system')
    return project
  }

  #configuration(): string {
    const own = existsSync(this.#ownConfig)
    const types = this.#files.hasTypesOfNode ? { types: ['node'] } : {}
    return JSON.stringify({
      ...(own ? { extends: './tsconfig.json' } : {}),
      compilerOptions: { ...(own ? {} : { ...STRICT_DEFAULTS, ...types }), ...ALWAYS },
      include: [],
      files: [`./${ROOT_FILE}`],
    })
  }

  async #diagnose(project: Project, { files, owners }: Placement, modules: readonly TypedModule[]): Promise<TypeFinding[]> {
    const findings: TypeFinding[] = []
    for (const [path, owner] of owners) {
      if (!modules.some((entry) => isSame(entry, owner))) continue
      const diagnostics = await project.program.getSemanticDiagnostics(join(this.#files.root, path))
      if (diagnostics.length === 0) continue
      const lines = new Lines(files.get(path) ?? '')
      for (const diagnostic of diagnostics) {
        const [line, column] = lines.at(diagnostic.pos)
        const { module, generation } = owner
        findings.push({ module, generation, line, column, message: sentence(diagnostic), typescript: diagnostic.code })
      }
    }
    return findings
  }
}

function isSame(a: TypedModule, b: TypedModule): boolean {
  return a.module === b.module && a.generation === b.generation
}

function placeOf({ module, generation, line, column, typescript }: TypeFinding): string {
  return `${module}@${generation}:${line}:${column} ${typescript}`
}

function sentence(diagnostic: Diagnostic): string {
  const texts = [diagnostic.text]
  for (let [next] = diagnostic.messageChain ?? []; next !== undefined && texts.length <= CHAIN_MAX; [next] = next.messageChain ?? [])
    texts.push(next.text)
  return texts.join(' ').slice(0, MESSAGE_MAX)
}

function bounded(findings: readonly TypeFinding[]): TypeFindings {
  return { findings: findings.slice(0, FINDINGS_MAX), unseen: Math.max(0, findings.length - FINDINGS_MAX) }
}
