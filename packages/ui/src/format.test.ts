import { describe, expect, test } from 'vitest'
import {
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatLocal,
  formatPlural,
  formatRelative,
  formatShort,
  formatTick,
  formatUtc,
  quoteShell,
  showInvisible,
  truncate,
} from './format.ts'

describe('figures', () => {
  test('bytes read as a person writes them', () => {
    expect([0, 812, 999, 1000, 3400, 27_000_000, 999_700, 4.2e9].map(formatBytes)).toEqual([
      '0 B',
      '812 B',
      '999 B',
      '1.0 kB',
      '3.4 kB',
      '27 MB',
      '1.0 MB',
      '4.2 GB',
    ])
  })

  test('counts', () => {
    expect(formatCount(1234567)).toBe('1,234,567')
    expect([0, 0.5, 12, 999, 1000, 1250, 34_000_000, 2e9].map(formatShort)).toEqual([
      '0',
      '0.5',
      '12',
      '999',
      '1 k',
      '1.3 k',
      '34 M',
      '2 G',
    ])
    expect([0, 650, 1_950, 2_600, 16_000, 320e6].map(formatTick)).toEqual([
      '0',
      '650',
      '1.95\u00a0k',
      '2.6\u00a0k',
      '16\u00a0k',
      '320\u00a0M',
    ])
    expect([formatPlural(1, 'document'), formatPlural(38, 'document'), formatPlural(2, 'process', 'processes')]).toEqual([
      '1 document',
      '38 documents',
      '2 processes',
    ])
  })
})

describe('times', () => {
  test('durations', () => {
    expect([0, 340, 12_000, 60_000, 245_000, 8_040_000, 7_200_000, 273_600_000].map(formatDuration)).toEqual([
      '0 ms',
      '340 ms',
      '12 s',
      '1 m',
      '4 m 05 s',
      '2 h 14 m',
      '2 h',
      '3 d 4 h',
    ])
  })

  test('a running clock', () => {
    expect([0, 42_900, 3_725_000].map(formatClock)).toEqual(['00:00', '00:42', '1:02:05'])
  })

  test('relative times, past and to come', () => {
    expect([1000, 12_000, 245_000, 8_045_000, -180_500].map((ago) => formatRelative(1e12 - ago, 1e12))).toEqual([
      'just now',
      '12 s ago',
      '4 m ago',
      '2 h 14 m ago',
      'in 3 m',
    ])
  })

  test('exact times, and what is no time', () => {
    expect(formatUtc(Date.parse('2026-11-22T14:05:09.123Z'))).toBe('2026-11-22 14:05:09 UTC')
    expect([formatUtc(Number.NaN), formatLocal(Number.NaN)]).toEqual(['unknown', 'unknown'])
  })
})

describe('text from outside', () => {
  test('invisible, control and bidirectional characters are shown', () => {
    expect(showInvisible('a\u202eb\u0007c\u200bd\ne\tf 😀\ud800')).toBe('a\\u202eb\\u0007c\\u200bd\ne\tf 😀\\ud800')
  })

  test('long text is cut, words are quoted for a shell', () => {
    expect(truncate('abcdef', 4)).toBe('abc…')
    expect([quoteShell('session@3'), quoteShell("it's"), quoteShell('a b')]).toEqual(['session@3', "'it'\\''s'", "'a b'"])
  })
})
