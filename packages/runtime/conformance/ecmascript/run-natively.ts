import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import vm from 'node:vm'
import { describeThrown, failed, isOfKind, PASSED } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import { placeTest } from './read-test.ts'
import type { Placement, Test } from './read-test.ts'

/** Runs a test as a module of Node's own. `settled` tells that an asynchronous one has called `$DONE`. */
export async function runNatively(suite: string, test: Test, placement: Placement, settled: Promise<void>): Promise<Outcome> {
  const modules = new Map<string, vm.SourceTextModule>()
  const load = (file: string, text: string): vm.SourceTextModule => {
    const known = modules.get(file)
    if (known !== undefined) return known
    const module = new vm.SourceTextModule(text, {
      identifier: file,
      initializeImportMeta: (meta) => Object.assign(meta, { url: `file://${file}` }),
      importModuleDynamically: async (specifier: string, referrer) => {
        const imported = resolve(specifier, referrer as vm.SourceTextModule)
        if (imported.status === 'unlinked') await imported.link(resolve)
        if (imported.status === 'linked') await imported.evaluate()
        if (imported.status === 'errored') throw imported.error
        return imported
      },
    })
    modules.set(file, module)
    return module
  }
  const resolve = (specifier: string, referrer: vm.Module): vm.SourceTextModule => {
    const file = join(dirname(referrer.identifier), specifier)
    return modules.get(file) ?? load(file, readFileSync(file, 'utf8'))
  }
  const phaseOf = test.negative?.phase
  const ended = (phase: string, error: unknown): Outcome =>
    phaseOf === phase && isOfKind(error, test.negative?.type ?? '') ? PASSED : failed(`${phase}: ${describeThrown(error)}`)
  let module: vm.SourceTextModule
  try {
    module = load(join(suite, test.path), placeTest(test, placement))
  } catch (error) {
    return ended('parse', error)
  }
  if (phaseOf === 'parse') return failed('it was not refused')
  try {
    await module.link(resolve)
  } catch (error) {
    return ended('resolution', error)
  }
  try {
    await module.evaluate()
    const { main } = module.namespace as { main?: () => Promise<void> }
    if (placement === 'function') await main?.()
    else if (test.flags.includes('async')) await settled
    // What is rejected and nobody handles ends a process of Node's.
    await new Promise((resolve) => setImmediate(resolve))
  } catch (error) {
    return ended('runtime', error)
  }
  return test.negative === undefined ? PASSED : failed('nothing was thrown')
}
