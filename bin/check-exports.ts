import type { Export, ModuleFile, ModuleGraph } from './module-graph.ts'

// Files that something other than an import starts or reads: programs, worker threads, configuration, modules of a system, tests.
const ENTRY = /(^|\/)(main|.*\.config)\.tsx?$|\.(test|spec)\.tsx?$|^examples\/|\/test\/|\/bench\/|build-console/

/**
 * Exports that no other file imports, one line each. A type or class that its own file mentions again belongs to a signature, and so does a type
 * that a public index names. `open` are the files that packages show to the outside.
 */
export function checkExports(graph: ModuleGraph, open: ReadonlySet<string>): string[] {
  const used = new Set<string>()
  for (const file of graph.values()) {
    for (const one of file.imports) {
      if (one.target !== undefined) for (const { name } of one.names) used.add(`${one.target} ${name}`)
    }
  }
  const problems: string[] = []
  for (const file of graph.values()) {
    if (ENTRY.test(file.path) || (open.has(file.path) && !file.path.startsWith('packages/ui/')) || used.has(`${file.path} *`)) continue
    for (const one of file.exports) {
      if (one.name === '*' || used.has(`${file.path} ${one.name}`)) continue
      if (one.isType && open.has(file.path)) continue
      if ((one.isType || isClass(file, one)) && isMentionedAgain(file, one.name)) continue
      problems.push(`${file.path}:${one.line} exports ${one.name}, which nothing imports`)
    }
  }
  return problems
}

function isClass(file: ModuleFile, { line, name }: Export): boolean {
  return file.text.split('\n')[line - 1]!.includes(`class ${name}`)
}

function isMentionedAgain(file: ModuleFile, name: string): boolean {
  return (file.text.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0) > 1
}
