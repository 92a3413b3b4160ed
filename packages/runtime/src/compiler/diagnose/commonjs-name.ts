import type { Node } from '../syntax.ts'
import type { Rule } from './rule.ts'

/** What to write in their place, in an ES module. */
const IN_THEIR_PLACE: ReadonlyMap<string, string> = new Map([
  ['require', 'Write `import` at the top, or `await import(…)`.'],
  ['module', 'Write `export`.'],
  ['exports', 'Write `export`.'],
  ['__dirname', 'Write `import.meta.dirname`.'],
  ['__filename', 'Write `import.meta.filename`.'],
])

/** Names of CommonJS, which no module has. `typeof require` may ask. */
export const commonJsName: Rule = (facts) =>
  facts.all('Identifier').flatMap((node: Node) => {
    const hint = IN_THEIR_PLACE.get(node.name)
    if (hint === undefined || facts.scopes.references.get(node) !== null || facts.around(node)?.operator === 'typeof') return []
    return [
      {
        code: 'commonjs_name' as const,
        at: node.start,
        message: `\`${node.name}\` is CommonJS's: an ES module does not have it, and reading it throws`,
        hint,
      },
    ]
  })
