import { expect, test } from 'vitest'
import { ownHosts, ownOrigin, publicUrl } from './addresses.ts'

const local = { port: 4700, publicOrigin: null }
const proxied = { port: 4700, publicOrigin: 'https://strata.example.com' }

test('DOOR4 our hosts are loopback with our port, and the public address', () => {
  expect(ownHosts(local)).toEqual(['127.0.0.1:4700', 'localhost:4700', '[::1]:4700'])
  expect(ownHosts(proxied)).toContain('strata.example.com')
  expect(ownHosts({ port: 80, publicOrigin: null })).toContain('localhost')
})

test('DOOR5 our origin is the one of the address that was asked', () => {
  expect(ownOrigin(local, 'localhost:4700')).toBe('http://localhost:4700')
  expect(ownOrigin(proxied, 'strata.example.com')).toBe('https://strata.example.com')
  expect(ownOrigin(proxied, '127.0.0.1:4700')).toBe('http://127.0.0.1:4700')
})

test('people are sent to the public address where there is one', () => {
  expect([publicUrl(local), publicUrl(proxied)]).toEqual(['http://127.0.0.1:4700', 'https://strata.example.com'])
})
