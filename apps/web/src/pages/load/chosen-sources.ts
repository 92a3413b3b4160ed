import type { Diagnostic, SourceFile } from '@strata/runtime'

/** Limits of a set on the wire (DESIGN §7, Limits). */
export const SOURCE_BYTES_MAX = 1_000_000
export const SET_FILES_MAX = 50

const NAME_PART = /^[a-z0-9][a-z0-9_-]*$/

/** The module's name for an uploaded file: its path without `.ts`; `undefined` when that cannot be a name. */
export function moduleOfFile(path: string): string | undefined {
  const name = path.replace(/\.ts$/, '').replaceAll('\\', '/')
  return path.endsWith('.ts') && isModuleNameText(name) ? name : undefined
}

/** Diagnostics of one source of a set: those that name its file or its module; of a lone source all but those of loaded generations. */
export function diagnosticsOf(
  source: SourceFile,
  sources: readonly SourceFile[],
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  const own = diagnostics.filter(({ within }) => within === undefined)
  if (sources.length === 1) return own
  const names = [source.module, `${source.module}.ts`, source.origin]
  return own.filter(({ file }) => names.includes(file))
}

/** Whether a text can be a module's name (DESIGN §2). */
export function isModuleNameText(text: string): boolean {
  return text.length <= 120 && text.split('/').every((part) => NAME_PART.test(part) && part !== 'constructor' && part !== 'prototype')
}
