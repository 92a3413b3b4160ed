import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SourceFile } from '../../src/engine.ts'

/**
 * The modules that a test's text leads to, itself first, under names that a system may have: `import … from './x_FIXTURE.js'` becomes `'./m1.ts'`.
 */
export function gatherModules(file: string, text: string): SourceFile[] {
  const numbers = new Map<string, number>([[file, 0]])
  const sources: SourceFile[] = []
  const pending = [{ file, text }]
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const { file: from, text: original } = next
    const renamed = original.replaceAll(/(['"])(\.\.?\/[^'"\n]*?)\1/g, (whole, quote: string, specifier: string) => {
      const target = join(dirname(from), specifier)
      let number = numbers.get(target)
      if (number === undefined) {
        if (!existsSync(target) || !target.endsWith('.js')) return whole
        number = numbers.size
        numbers.set(target, number)
        pending.push({ file: target, text: readFileSync(target, 'utf8') })
      }
      return `${quote}./m${number}.ts${quote}`
    })
    const module = `m${numbers.get(from)}`
    sources.push({ module, text: renamed, origin: `${module}.ts` })
  }
  return sources
}
