import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Folders of the suite that are run: the language, and the built-ins that async code stands on. */
const CHAPTERS = [
  'language',
  'built-ins/AsyncDisposableStack',
  'built-ins/AsyncFromSyncIteratorPrototype',
  'built-ins/AsyncFunction',
  'built-ins/AsyncGeneratorFunction',
  'built-ins/AsyncGeneratorPrototype',
  'built-ins/AsyncIteratorPrototype',
  'built-ins/DisposableStack',
  'built-ins/GeneratorPrototype',
  'built-ins/Promise',
  'built-ins/SuppressedError',
]

/** Chapters about what a module's text cannot hold or no engine has: scripts, direct `eval`, sloppy `with`. */
const LEFT_OUT = [
  'language/eval-code/',
  'language/global-code/',
  'language/statements/with/',
  'language/module-code/source-phase-import/',
  'language/import/import-defer/',
]

/** Paths of the tests below the suite's folder, in order. */
export function listTests(suite: string, only: string): string[] {
  const paths: string[] = []
  const visit = (folder: string): void => {
    if (LEFT_OUT.some((start) => `${folder}/`.startsWith(start))) return
    for (const entry of readdirSync(join(suite, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) visit(path)
      else if (isTest(entry.name) && path.includes(only)) paths.push(path)
    }
  }
  for (const chapter of CHAPTERS) if (existsSync(join(suite, chapter))) visit(chapter)
  return paths.sort()
}

function isTest(name: string): boolean {
  return name.endsWith('.js') && !name.includes('_FIXTURE') && name !== 'shell.js' && name !== 'browser.js'
}
