import type { LoadedFile, LoadedLink } from './package-file.ts'

/** Where an exported name of an ES module leads in the end: an accessor of the file that declares it. */
type Binding = { readonly read: () => unknown; readonly of: object; readonly name: string }

/** Namespaces of what is not an ES module, which exist when it is evaluated. */
export interface ForeignNamespaces {
  of(link: LoadedLink): object
}

/** `export` resolution of ECMAScript (ResolveExport, GetExportedNames) over linked files. */
export class ExportResolver {
  readonly #foreign: ForeignNamespaces

  constructor(foreign: ForeignNamespaces) {
    this.#foreign = foreign
  }

  /** Gives the namespace of a linked ES module its names, sorted, each a live view. */
  complete(file: LoadedFile, namespace: object): void {
    const names = [...this.#names(file, new Set())].sort()
    for (const name of names) {
      const binding = this.resolve(file, name, [])
      if (binding === undefined || binding === 'ambiguous') continue
      Object.defineProperty(namespace, name, { get: binding.read, enumerable: true })
    }
    seal(namespace)
  }

  resolve(file: LoadedFile, name: string, seen: { file: LoadedFile; name: string }[]): Binding | 'ambiguous' | undefined {
    const { interface: known } = file.compiled
    if (known === null || seen.some((entry) => entry.file === file && entry.name === name)) return undefined
    seen.push({ file, name })
    if (known.locals.includes(name)) {
      const read = Object.getOwnPropertyDescriptor(file.exports, name)?.get
      return read === undefined ? undefined : { read, of: file, name }
    }
    const indirect = known.indirect.find((entry) => entry.name === name)
    if (indirect !== undefined) {
      const link = linkOf(file, indirect.request)
      if (indirect.imported === '*') {
        const namespace = this.#foreign.of(link)
        return { read: () => namespace, of: namespace, name: '*' }
      }
      return this.#through(link, indirect.imported, seen)
    }
    if (name === 'default') return undefined
    let found: Binding | undefined
    for (const star of known.stars) {
      const link = linkOf(file, star)
      const binding = isModule(link) || Object.hasOwn(this.#foreign.of(link), name) ? this.#through(link, name, seen) : undefined
      if (binding === 'ambiguous') return 'ambiguous'
      if (binding === undefined) continue
      if (found !== undefined && (found.of !== binding.of || found.name !== binding.name)) return 'ambiguous'
      found = binding
    }
    return found
  }

  #through(link: LoadedLink, name: string, seen: { file: LoadedFile; name: string }[]): Binding | 'ambiguous' | undefined {
    if (isModule(link)) return this.resolve(link.file, name, seen)
    const namespace = this.#foreign.of(link) as Record<string, unknown>
    return { read: () => namespace[name], of: namespace, name }
  }

  #names(file: LoadedFile, seen: Set<LoadedFile>): Set<string> {
    const { interface: known } = file.compiled
    if (known === null || seen.has(file)) return new Set()
    seen.add(file)
    const names = new Set([...known.locals, ...known.indirect.map(({ name }) => name)])
    for (const star of known.stars) {
      const link = linkOf(file, star)
      const below = isModule(link) ? this.#names(link.file, seen) : Object.keys(this.#foreign.of(link))
      for (const name of below) if (name !== 'default' && name !== 'module.exports') names.add(name)
    }
    return names
  }
}

export function linkOf(file: LoadedFile, request: number): LoadedLink {
  const specifier = file.compiled.interface?.requests[request]
  return (
    file.links.get(`import ${specifier}`) ?? { kind: 'missing', message: `Cannot find module '${specifier}'`, code: 'ERR_MODULE_NOT_FOUND' }
  )
}

export function isModule(link: LoadedLink): link is { kind: 'file'; file: LoadedFile } {
  return link.kind === 'file' && link.file.compiled.format === 'module'
}

/** What a namespace is from then on: no name comes or goes. */
function seal(namespace: object): object {
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'Module' })
  return Object.preventExtensions(namespace)
}

/**
 * Fills the namespace of a CommonJS value as Node makes it: `default` and `module.exports` are the value, the other names its own enumerable properties. Where
 * Node guesses names from the text, these are all there are once it is evaluated; accessors are read when they are asked for.
 */
export function fillFromValue(namespace: object, value: unknown): object {
  const properties = new Map<string, PropertyDescriptor>([
    ['default', { value, enumerable: true, writable: true }],
    ['module.exports', { value, enumerable: true, writable: true }],
  ])
  if ((typeof value === 'object' && value !== null) || typeof value === 'function') {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      if ((descriptor.enumerable !== true && name !== '__esModule') || name === 'default') continue
      const property =
        'value' in descriptor
          ? { value: descriptor.value as unknown, enumerable: true, writable: true }
          : { get: () => (value as Record<string, unknown>)[name], enumerable: true }
      properties.set(name, property)
    }
  }
  for (const name of [...properties.keys()].sort()) Object.defineProperty(namespace, name, properties.get(name) as PropertyDescriptor)
  return seal(namespace)
}
