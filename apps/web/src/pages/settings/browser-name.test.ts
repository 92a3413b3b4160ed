import { expect, test } from 'vitest'
import { browserName } from './browser-name.ts'

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36'

test('a user agent reads as its browser and system, and what is none keeps its own words', () => {
  expect(
    [
      CHROME,
      `${CHROME} Edg/153.0.0.0`,
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0',
      'curl/8.1',
      '',
    ].map(browserName),
  ).toEqual(['Chrome 153 on Linux', 'Edge 153 on Linux', 'Safari 19 on iPhone', 'Firefox 143 on Windows', undefined, undefined])
})
