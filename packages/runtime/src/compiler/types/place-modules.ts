import { posix } from 'node:path'
import type { TypedModule } from './type-request.ts'

/** Where the modules of a system stand for the type checker. */
export interface Placement {
  /** Text of each file, by its path below the system's folder. */
  readonly files: ReadonlyMap<string, string>
  /** By path, the module whose text it is; files that only pass on another are not in it. */
  readonly owners: ReadonlyMap<string, TypedModule>
}

/**
 * Lays modules out as files, so that relative imports find what they would find when they run: `NAME.ts` is the module's binding, and a text that
 * came from elsewhere stands in its own folder, passed on by `NAME.ts`, with the types of the folder's own `NAME.ts` that it does not have itself: there an
 * editor finds them, and at run time there are none. `beside` are generations that nobody imports; they stand beside the bound ones.
 */
export function placeModules(
  bound: readonly TypedModule[],
  beside: readonly TypedModule[],
  textOf: (hash: string) => string,
  folderText: (path: string) => string | undefined,
): Placement {
  const files = new Map<string, string>()
  const owners = new Map<string, TypedModule>()
  const bindings = new Set(bound.map(({ module }) => `${module}.ts`))
  const place = (entry: TypedModule, wanted: string): string => {
    let path = wanted
    for (let copy = 1; files.has(path) || (bindings.has(path) && path !== `${entry.module}.ts`); copy++)
      path = wanted.replace(/\.ts$/, `@${copy}.ts`)
    files.set(path, textOf(entry.hash))
    owners.set(path, entry)
    return path
  }
  for (const entry of bound) {
    const binding = `${entry.module}.ts`
    const path = place(entry, entry.origin)
    if (path === binding) continue
    const text = textOf(entry.hash)
    const own = folderText(binding)
    const types = own === undefined ? [] : typeNames(own).filter((name) => !typeNames(text).includes(name))
    const beside = `${entry.module}@folder.ts`
    if (types.length > 0) files.set(beside, own ?? '')
    files.set(
      binding,
      `${passOn(binding, path, text)}${types.length === 0 ? '' : `export type { ${types.join(', ')} } from ${specifierOf(binding, beside)}\n`}`,
    )
  }
  for (const entry of beside) place(entry, entry.origin.replace(/\.ts$/, `@generation-${entry.generation}.ts`))
  return { files, owners }
}

function passOn(from: string, to: string, text: string): string {
  const specifier = specifierOf(from, to)
  const passed = `export * from ${specifier}\n`
  return /\bexport\s+default\b|\bas\s+default\b/.test(text) ? `${passed}export { default } from ${specifier}\n` : passed
}

function specifierOf(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to)
  return JSON.stringify(path.startsWith('.') ? path : `./${path}`)
}

function typeNames(text: string): readonly string[] {
  return [...text.matchAll(/^export\s+(?:declare\s+)?(?:interface|type)\s+([\w$]+)/gm)].flatMap(([, name]) => name ?? [])
}
