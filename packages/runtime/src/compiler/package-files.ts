import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import remapping from '@jridgewell/remapping'
import { transformSync } from 'oxc-transform'
import type { PackageFileFormat, PackageInterface } from './compiled.ts'
import { sha256 } from './content-hash.ts'
import { instrumentPackage, type PackageSource } from './instrument-package.ts'
import type { PackageFolders } from './package-folders.ts'
import type { PackageRequest } from './package-requests.ts'

/** A package's file, read and compiled. */
export type PackageFile =
  | {
      readonly status: 'compiled'
      readonly hash: string
      readonly sizeBytes: number
      readonly format: PackageFileFormat
      readonly code: string
      readonly map: string
      readonly requests: readonly PackageRequest[]
      readonly interface: PackageInterface | null
    }
  | { readonly status: 'rejected'; readonly hash: string; readonly sizeBytes: number; readonly message: string }

interface Known {
  readonly stamp: string
  readonly file: PackageFile
}

/** Texts kept beyond those of the present compile, so that a load that changes no package compiles none. */
const KEPT_MAX_BYTES = 100_000_000

/** The compiled files of packages, each once per content. A file is read again when its place, time or size is another. */
export class PackageFiles {
  readonly #byPath = new Map<string, Known>()
  readonly #byContent = new Map<string, PackageFile>()
  #keptBytes = 0

  /** `report` is told before a file is parsed: native parsers can end the process. */
  read(path: string, root: string, folders: PackageFolders, report: (file: string) => void): PackageFile {
    const format = formatOf(path, root, folders)
    const stat = folders.stat(path)
    const stamp = `${stat?.ino}:${stat?.mtimeMs}:${stat?.ctimeMs}:${stat?.size}:${format}`
    const known = this.#byPath.get(path)
    if (known?.stamp === stamp) return known.file
    const bytes = readFileSync(path)
    const hash = sha256(bytes)
    const key = `${hash}:${format}`
    const file = this.#byContent.get(key) ?? (report(path), compileFile(path, bytes, hash, format))
    this.#keep(path, stamp, key, file)
    return file
  }

  #keep(path: string, stamp: string, key: string, file: PackageFile): void {
    if (this.#keptBytes > KEPT_MAX_BYTES) {
      this.#byPath.clear()
      this.#byContent.clear()
      this.#keptBytes = 0
    }
    if (!this.#byContent.has(key)) this.#keptBytes += file.sizeBytes
    this.#byPath.set(path, { stamp, file })
    this.#byContent.set(key, file)
  }
}

type Format = PackageSource['format'] | 'json' | 'typescript'

function formatOf(path: string, root: string, folders: PackageFolders): Format {
  switch (extname(path)) {
    case '.mjs':
      return 'module'
    case '.cjs':
      return 'commonjs'
    case '.json':
      return 'json'
    case '.ts':
    case '.mts':
    case '.cts':
      return 'typescript'
  }
  const type = folders.scope(path, root)?.manifest.type
  return type === 'module' || type === 'commonjs' ? type : 'unknown'
}

function compileFile(path: string, bytes: Buffer, hash: string, format: Format): PackageFile {
  const raw = bytes.toString('utf8')
  const text = raw.startsWith('\uFEFF') ? raw.slice(1) : raw
  const sizeBytes = bytes.length
  const rejected = (message: string, line: number): PackageFile => ({
    status: 'rejected',
    hash,
    sizeBytes,
    message: `${message} (line ${line})`,
  })
  if (format === 'json') {
    try {
      JSON.parse(text)
    } catch (error) {
      return rejected(error instanceof Error ? error.message : String(error), 1)
    }
    return { status: 'compiled', hash, sizeBytes, format: 'json', code: text, map: '', requests: [], interface: null }
  }
  if (format !== 'typescript') {
    const outcome = instrumentPackage({ text, format, file: path })
    return outcome.status === 'rejected' ? rejected(outcome.message, outcome.line) : { ...outcome, status: 'compiled', hash, sizeBytes }
  }
  const stripped = transformSync(path, text, { lang: 'ts', sourcemap: true, target: 'esnext' })
  const [error] = stripped.errors
  if (error !== undefined) return rejected(error.message, 1)
  const outcome = instrumentPackage({ text: stripped.code, format: extname(path) === '.cts' ? 'commonjs' : 'unknown', file: path })
  if (outcome.status === 'rejected') return rejected(outcome.message, outcome.line)
  const map = remapping([JSON.parse(outcome.map) as never, stripped.map as never], () => null)
  return { ...outcome, status: 'compiled', hash, sizeBytes, map: map.toString() }
}
