import { realpathSync, statSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, posix, sep } from 'node:path'
import { BEHAVIOURS, behaviourNamed } from '../abi.ts'
import { isModuleName } from '../ids.ts'
import type { Resolution } from './imports.ts'
import { packageNameOf } from './package-folders.ts'

export interface SystemPlaces {
  /** The system's folder, absolute and without links. */
  readonly root: string
  readonly shared: readonly string[]
  /** Folder of further generations below the root, without a slash at its end. */
  readonly generations: string
}

/** What a specifier asks for, before packages are followed. */
export type Target = Exclude<Resolution, { kind: 'package' }> | { readonly kind: 'npm'; readonly specifier: string }

const PROCESS_API = '@strata/runtime/process'

function refused(message: string, hint?: string): Target {
  return { kind: 'refused', message, ...(hint === undefined ? {} : { hint }) }
}

/** Whether a path below the root is a file whose real place is below the root too. */
function isFileInside(root: string, path: string): 'file' | 'outside' | 'absent' {
  const file = join(root, path)
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return 'absent'
  return realpathSync(file).startsWith(root + sep) ? 'file' : 'outside'
}

function resolveRelative(specifier: string, origin: string, places: SystemPlaces, known: ReadonlySet<string>): Target {
  const path = posix.normalize(posix.join(posix.dirname(origin), specifier))
  if (path === '..' || path.startsWith('../'))
    return refused(`\`${specifier}\` leads out of the system's folder`, 'Move what is needed into the folder, or make it an npm package.')
  if (path.split('/').includes('node_modules'))
    return refused(`\`${specifier}\` leads into node_modules`, 'Import the package by its name.')
  if (/\.(json|mts|cts|tsx|jsx|cjs|mjs|node|wasm|d\.ts)$/.test(path))
    return refused(`\`${specifier}\` is not a module`, 'Modules are .ts files; read other files with node:fs.')
  const stem = path.replace(/\.[tj]s$/, '')
  const candidates = path === stem ? [stem, `${stem}/index`] : [stem]
  for (const candidate of candidates) {
    if (candidate.startsWith(`${places.generations}/`))
      return refused(`\`${specifier}\` is a generation of a module, not a module of its own`, 'Import the module by its name.')
    if (candidate === 'strata.config' || candidate.endsWith('.test')) return refused(`\`${specifier}\` is no module of the system`)
    if (!isModuleName(candidate)) continue
    if (known.has(candidate)) return { kind: 'module', module: candidate }
    const found = isFileInside(places.root, `${candidate}.ts`)
    if (found === 'file') return { kind: 'module', module: candidate }
    if (found === 'outside')
      return refused(`\`${specifier}\` is a link out of the system's folder`, 'Copy the file into the folder, or make it an npm package.')
  }
  if (!isModuleName(stem)) return refused(`\`${specifier}\` cannot name a module`, 'Names are a-z, 0-9, _ and -, joined by /.')
  return refused(
    `\`${specifier}\` cannot be found: there is no ${stem}.ts in the system's folder`,
    `Create ${stem}.ts, or load it in the same set.`,
  )
}

/** Says what an import stands for. `origin` is the importing file below the root; `known` are modules that are loaded or in the set. */
export function resolveImport(specifier: string, origin: string, places: SystemPlaces, known: ReadonlySet<string>): Target {
  if (/^\.\.?(\/|$)/.test(specifier)) return resolveRelative(specifier, origin, places, known)
  if (specifier === PROCESS_API) return { kind: 'process' }
  if (behaviourNamed(specifier) !== undefined) return { kind: 'native', name: specifier }
  if (specifier === '@strata/runtime' || specifier.startsWith('@strata/runtime/'))
    return refused(`\`${specifier}\` is not for modules`, `Import from '${PROCESS_API}', or ${BEHAVIOURS.join(', ')} in its place.`)
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
    const name = specifier.replace(/^node:/, '')
    if (builtinModules.includes(name) || builtinModules.includes(specifier)) return { kind: 'native', name: `node:${name}` }
    return refused(`Node has no built-in \`${specifier}\``)
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(specifier))
    return refused(
      `\`${specifier}\`: modules are imported from the system's folder and its packages only`,
      'Install it as an npm package, or copy the file into the folder; nothing is downloaded.',
    )
  if (
    specifier.startsWith('/') ||
    specifier.startsWith('#') ||
    specifier === '' ||
    specifier.includes('\\') ||
    specifier.split('/').some((part) => part === '..' || part === '.' || part === '')
  ) {
    return refused(`\`${specifier}\` cannot be resolved`, 'Imports are relative (./name.ts) or name an npm package.')
  }
  if (places.shared.includes(packageNameOf(specifier)) || places.shared.includes(specifier)) return { kind: 'native', name: specifier }
  return { kind: 'npm', specifier }
}

/** Absolute file that an import is resolved from. */
export function importerFile(root: string, origin: string): string {
  return join(root, dirname(origin), posix.basename(origin))
}
