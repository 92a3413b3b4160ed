import type { GenerationCode, GenerationFacts, JournalChange } from '@strata/runtime'

/** A load of one generation, with these packages. */
export function loaded(module: string, number: number, packages: readonly string[] = []): JournalChange {
  const facts = {
    module,
    number,
    hash: `hash ${number}`,
    sourceHash: `source ${number}`,
    loadedAt: number,
    loadedBy: 'anna',
    note: `note ${number}`,
    later: { field: ['that', 'a', 'later', 'release', 'knows'] },
    packages: packages.map((hash) => ({
      id: hash,
      hash,
      name: hash,
      release: '1.0.0',
      below: [],
      files: [{ path: 'i.js', hash, deepHash: hash }],
    })),
  } as unknown as GenerationFacts
  const code = {
    source: `// ${module} ${number}`,
    compiled: { module, code: `code ${number}` },
    packages: packages.map((hash) => ({ hash, code: `package ${hash}` })),
  } as unknown as GenerationCode
  return { entry: { type: 'loaded', generations: [facts] }, codes: [code] }
}

export function purged(module: string, number: number): JournalChange {
  const mark = { kind: 'soft' as const, at: '2026-01-01T00:00:00.000Z', by: 'anna', reason: '', killed: [] }
  return { entry: { type: 'purged', module, number, mark }, codes: [] }
}
