import type { SourceFile } from '../../engine.ts'
import { refuse } from '../../errors.ts'
import { isModuleName } from '../../ids.ts'

const SOURCE_MAX_BYTES = 1_000_000
const SET_MAX_BYTES = 5_000_000
const SET_MAX_FILES = 50

/** LIM: names and sizes, before anything is read of the text. */
export function checkSources(sources: readonly SourceFile[]): void {
  if (sources.length === 0) refuse({ code: 'nothing_to_do', why: 'no source was given' })
  if (sources.length > SET_MAX_FILES) refuse({ code: 'too_large', what: 'files', limit: SET_MAX_FILES, size: sources.length })
  let total = 0
  const seen = new Set<string>()
  for (const { module, text, origin } of sources) {
    if (!isModuleName(module))
      refuse({
        code: 'invalid_name',
        name: String(module).slice(0, 200),
        why: 'parts of a-z, 0-9, _ and - joined by /, 120 characters at most',
      })
    if (seen.has(module)) refuse({ code: 'invalid_name', name: module, why: 'the set names it twice' })
    if (origin !== undefined && !isOrigin(origin))
      refuse({ code: 'invalid_name', name: origin.slice(0, 200), why: 'a source comes from a .ts file below the system folder' })
    seen.add(module)
    const size = Buffer.byteLength(text)
    if (size > SOURCE_MAX_BYTES) refuse({ code: 'too_large', what: 'source', limit: SOURCE_MAX_BYTES, size })
    total += size
  }
  if (total > SET_MAX_BYTES) refuse({ code: 'too_large', what: 'set', limit: SET_MAX_BYTES, size: total })
}

function isOrigin(path: string): boolean {
  return (
    path.length <= 500 &&
    path.endsWith('.ts') &&
    !path.includes('\\') &&
    !path.includes('\0') &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  )
}
