import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { importMetaOf } from './import-meta.ts'

test('COMP1 import.meta has what Node gives a module, and resolves as Node does', async () => {
  const root = await mkdtemp(join(tmpdir(), 'strata-meta-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const installed = join(root, 'node_modules/both')
  await mkdir(installed, { recursive: true })
  await writeFile(
    join(installed, 'package.json'),
    JSON.stringify({ exports: { '.': { import: './i.mjs', require: './r.cjs' }, './logo': './logo.png' } }),
  )
  for (const file of ['i.mjs', 'r.cjs', 'logo.png', 'hidden.js']) await writeFile(join(installed, file), '')
  const { resolve, ...meta } = importMetaOf(root, 'billing/pricing.ts')
  const url = pathToFileURL(join(root, 'billing/pricing.ts')).href
  expect(meta).toEqual({ dirname: join(root, 'billing'), filename: join(root, 'billing/pricing.ts'), main: false, url })
  const here = pathToFileURL(root).href
  const answers = ['./data.json', '../x.ts', 'fs', 'node:fs/promises', 'https://example.org/a', 'both', 'both/logo'].map(resolve)
  expect(answers).toEqual([
    `${here}/billing/data.json`,
    `${here}/x.ts`,
    'node:fs',
    'node:fs/promises',
    'https://example.org/a',
    `${here}/node_modules/both/i.mjs`,
    `${here}/node_modules/both/logo.png`,
  ])
  for (const specifier of ['both/hidden.js', 'nowhere', '']) expect(() => resolve(specifier)).toThrow()
})
