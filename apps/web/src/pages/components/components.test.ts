import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as ui from '@strata/ui'

/** Parts of others, shown with them. */
const SHOWN_WITHIN = new Set(['TooltipProvider'])

test('the page of components shows every one of them', () => {
  const gallery = readFileSync(join(import.meta.dirname, '../../../../../packages/ui/src/gallery/gallery.tsx'), 'utf8')
  const components = Object.keys(ui).filter((name) => /^[A-Z][a-z]|^T[A-Z]/.test(name) && !SHOWN_WITHIN.has(name))
  expect(components.length).toBeGreaterThan(25)
  expect(components.filter((name) => !gallery.includes(`<${name}`))).toEqual([])
})
