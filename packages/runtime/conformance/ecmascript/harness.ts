import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import vm from 'node:vm'
import type { Test } from './read-test.ts'

const evaluated = new Set<string>()

function evaluateOnce(file: string): void {
  if (evaluated.has(file)) return
  evaluated.add(file)
  vm.runInThisContext(readFileSync(file, 'utf8'), { filename: file })
}

/** Makes the suite's own functions global. A checkout keeps them in `harness`, a browser's copy in a `shell.js` of each folder. */
export function provideHarness(suite: string, test: Test): void {
  if (existsSync(join(suite, '../harness/assert.js'))) {
    for (const name of ['assert.js', 'sta.js', ...test.includes]) evaluateOnce(join(suite, '../harness', name))
    return
  }
  Object.assign(globalThis, { createIsHTMLDDA: () => ({}), reportCompare: () => {}, print: () => {} })
  const folders = test.path.split('/')
  for (let depth = 0; depth < folders.length; depth++) {
    const shell = join(suite, ...folders.slice(0, depth), 'shell.js')
    if (existsSync(shell)) evaluateOnce(shell)
  }
}

/** What the suite asks of its host. */
export function createHost(): object {
  const hostOf = (context: object): object => ({
    global: context,
    evalScript: (text: string) => vm.runInContext(text, context),
    createRealm: () => hostOf(vm.runInContext('globalThis', vm.createContext())),
    detachArrayBuffer: (buffer: ArrayBuffer) => void structuredClone(buffer, { transfer: [buffer] }),
    gc: () => globalThis.gc?.(),
  })
  return { ...hostOf(globalThis), evalScript: (text: string) => vm.runInThisContext(text) }
}
