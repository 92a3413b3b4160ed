import { expect, test } from 'vitest'
import { packJson, unpackJson } from './pack-json.ts'

test('what is packed takes memory for itself alone, and comes back', async () => {
  const packed = await packJson({ source: 'export const a = 1\n' })
  expect(packed.buffer.byteLength).toBe(packed.byteLength)
  expect(await unpackJson(packed)).toEqual({ source: 'export const a = 1\n' })
})
