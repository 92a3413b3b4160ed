import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ModuleRecord } from '../abi.ts'
import { PackageFolders } from '../compiler/package-folders.ts'
import { PackageResolver } from '../compiler/resolve-package.ts'

/** `import.meta` of a module, as Node 24 has it. What `resolve` says of packages is what is installed now, not what the generation was loaded with. */
export function importMetaOf(root: string, path: string): ModuleRecord['meta'] {
  const filename = join(root, path)
  const url = pathToFileURL(filename).href
  return {
    dirname: dirname(filename),
    filename,
    main: false,
    resolve(specifier) {
      const text = `${specifier as string}`
      if (builtinModules.includes(text)) return `node:${text}`
      if (/^\.{0,2}\//.test(text) || URL.canParse(text)) return new URL(text, url).href
      const found = new PackageResolver(new PackageFolders(), []).fromPackages(text, { file: filename, folder: null }, 'import')
      if (found.kind === 'file') return pathToFileURL(found.file).href
      throw new Error(found.kind === 'native' ? `Cannot find package '${text}'` : found.message)
    },
    url,
  }
}
