import { expect, test } from 'vitest'
import { renderValue } from './render-value.ts'

const text = (value: unknown, maxChars = 10_000, redact: readonly string[] = []) => renderValue(value, { maxChars, redact }).text

test('PREV3 a value is written as a person would write it down', () => {
  expect(text({ type: 'edit', n: 1, big: 12n, none: null, gone: undefined, minus: -0 })).toBe(
    '{\n  type: "edit",\n  n: 1,\n  big: 12n,\n  none: null,\n  gone: undefined,\n  minus: -0\n}',
  )
  expect(text([1, [], {}, new Map([['a', 1]]), new Set([2])])).toBe(
    '[\n  1,\n  [],\n  {},\n  Map(1) {\n    "a" => 1\n  },\n  Set(1) {\n    2\n  }\n]',
  )
  expect(text(new Date(0))).toBe('Date(1970-01-01T00:00:00.000Z)')
  expect(text(new Date(Number.NaN))).toBe('Date(invalid)')
  expect(text(Uint8Array.of(1, 255))).toBe('Uint8Array(2 bytes: 01 ff)')
  expect(text(new Float64Array(1))).toContain('Float64Array(8 bytes: 00')
  expect(text(new TypeError('no'))).toBe('Error: no')
  expect(text({ 'a b': /x/g })).toBe('{\n  "a b": /x/g\n}')
})

test('PREV3 what stands under a name for secrets is not shown, at any depth, in maps too, nor under names that were asked for', () => {
  const value = {
    user: 'ann',
    password: 'p1',
    nested: [{ 'API-Key': 'p2', access_token: 'p3' }],
    map: new Map([['Cookie', 'p4']]),
    iban: 'p5',
  }
  expect(text(value, 10_000, ['IBAN'])).not.toMatch(/p\d/)
  expect(text(value, 10_000, ['IBAN'])).toContain('user: "ann"')
  expect(text(value)).toContain('iban: "p5"')
  expect(text(value, 10_000, [''])).toContain('ann')
})

test('PREV3 it runs no code: getters, proxies and circles are named', () => {
  let ran = 0
  const circle: Record<string, unknown> = {
    get here() {
      return ++ran
    },
  }
  circle['self'] = circle
  circle['proxy'] = new Proxy(
    {},
    {
      ownKeys: () => {
        ran++
        return []
      },
    },
  )
  circle['fn'] = () => ran++
  expect(text(circle)).toBe('{\n  here: [getter],\n  self: [circle],\n  proxy: [proxy],\n  fn: [function]\n}')
  expect(ran).toBe(0)
})

test('PREV3 it is bounded, says that it is cut, and does not walk what it does not show', () => {
  const wide = Array.from({ length: 1_000_000 }, (_, n) => n)
  const { text: shown, isCut } = renderValue(wide, { maxChars: 100, redact: [] })
  expect([shown.length, isCut, shown.endsWith('…')]).toEqual([101, true, true])
  let deep: unknown = 'bottom'
  for (let n = 0; n < 100; n++) deep = { deep }
  expect(renderValue(deep, { maxChars: 10_000, redact: [] }).isCut).toBe(true)
  expect(text('x'.repeat(5_000))).toMatch(/^"x{2000}…" \(5000 characters\)$/)
  expect(renderValue('x', { maxChars: 100, redact: [] }).isCut).toBe(false)
})
