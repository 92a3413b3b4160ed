import { describe, expect, test } from 'vitest'
import { escapeText, formatJson } from './escape-text.ts'

describe('escapeText', () => {
  test('writes control, bidirectional and invisible characters out', () => {
    expect(escapeText('a\u001b[31mb\u0007\nc\u202ed\u2066e\u200bf\u0085\ufeff')).toBe(
      'a\\u001b[31mb\\u0007\\nc\\u202ed\\u2066e\\u200bf\\u0085\\ufeff',
    )
  })

  test('leaves everything else alone', () => {
    const text = 'Grüße, 漢字, emoji 🦉, «quotes» \\n'
    expect(escapeText(text)).toBe(text)
  })
})

describe('formatJson', () => {
  test('escapes what a terminal would act on and parses to the same value', () => {
    const value = { name: '\u202eevil\u001b]0;title\u0007', lines: ['a\nb', '\u0085'] }
    const text = formatJson(value, 2)
    expect(text).not.toMatch(/[\u001b\u202e\u0007\u0085]/)
    expect(JSON.parse(text)).toEqual(value)
  })
})
