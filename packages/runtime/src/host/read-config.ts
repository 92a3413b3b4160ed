import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { SystemConfig } from '../config.ts'

const CONFIG_MODULE = '@strata/runtime/config'

/** Imports `strata.config.ts`; a folder without one is a system without root processes. */
export async function readConfig(folder: string): Promise<SystemConfig> {
  const file = join(folder, 'strata.config.ts')
  if (!existsSync(file)) return {}
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === CONFIG_MODULE ? { url: new URL('../config.ts', import.meta.url).href, shortCircuit: true } : next(specifier, context),
  })
  try {
    const loaded = (await import(pathToFileURL(file).href)) as { default?: SystemConfig }
    return loaded.default ?? {}
  } finally {
    hooks.deregister()
  }
}
