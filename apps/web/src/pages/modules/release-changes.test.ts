import { expect, test } from 'vitest'
import { compareReleases, describeRelease } from './release-changes.ts'

test('a release that differs from the layer below is marked', () => {
  const changes = compareReleases(
    [
      { name: 'marked', release: '17.0.1' },
      { name: 'left', release: '1.0.0' },
    ],
    [
      { name: 'marked', release: '7.0.5' },
      { name: 'gone', release: '2.0.0' },
    ],
  )
  expect(changes.map(describeRelease)).toEqual(['marked 7.0.5 → 17.0.1', '+ left 1.0.0', '− gone 2.0.0'])
})

test('the lowest layer marks nothing', () => {
  expect(compareReleases([{ name: 'marked', release: '4.3.0' }], null).map(describeRelease)).toEqual(['marked 4.3.0'])
})
