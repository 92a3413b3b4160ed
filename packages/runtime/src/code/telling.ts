import type { CodeInstance } from './instance.ts'

/**
 * Marks generations that reach, through imports, code which can tell in which microtask an await goes on (`CodeInstance.tells`), now that `fresh` are loaded. A mark
 * stays: what tells is in no hurry.
 */
export function spreadTelling(fresh: readonly CodeInstance[], all: () => Iterable<CodeInstance>): void {
  const telling = new Set<string>()
  for (const { module, tells } of all()) if (tells) telling.add(module)
  // Nothing new tells, and nothing new can reach what does.
  if (telling.size === 0 || !fresh.some(({ tells, compiled }) => tells || compiled.imports.some(({ module }) => telling.has(module))))
    return
  for (let changed = true; changed; ) {
    changed = false
    for (const instance of all()) {
      if (instance.tells || !instance.compiled.imports.some(({ module }) => telling.has(module))) continue
      instance.tells = true
      telling.add(instance.module)
      changed = true
    }
  }
}
