import { expect, test } from 'vitest'
import { placeNonce } from './web-pages.ts'

test('DOOR9 the nonce stands on style sheets, where scripts read it, and nowhere on scripts', () => {
  const html =
    '<html><head><meta name="csp-nonce" content="__NONCE__" /><link rel="stylesheet" crossorigin href="/assets/a.css"><link rel="icon" href="/x.svg"><style>a{}</style><script type="module" src="/assets/a.js"></script></head>'
  expect(placeNonce(html, 'N')).toBe(
    '<html><head><meta property="csp-nonce" nonce="N" /><meta name="csp-nonce" content="N" /><link nonce="N" rel="stylesheet" crossorigin href="/assets/a.css"><link rel="icon" href="/x.svg"><style nonce="N">a{}</style><script type="module" src="/assets/a.js"></script></head>',
  )
})
