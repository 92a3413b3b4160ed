import { expect, test } from 'vitest'
import { copyText } from './copy-text.ts'

test('without a clipboard, as browsers are over plain http from elsewhere, copying answers that it failed', async () => {
  // As here.
  expect(navigator.clipboard).toBeUndefined()
  expect(await copyText('./strata ps')).toBe(false)
})
