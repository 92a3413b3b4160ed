import { ManualClock } from '@strata/runtime/testing'
import { expect, test } from 'vitest'
import { CODE_LIFE_MS, SignInCodes } from './sign-in-codes.ts'

test('DOOR2 a code works once', () => {
  const codes = new SignInCodes(new ManualClock())
  const { code } = codes.issue()
  expect(Buffer.from(code, 'base64url').length).toBeGreaterThanOrEqual(16)
  expect(codes.redeem(code)).toBe('accepted')
  expect(codes.redeem(code)).toBe('spent')
})

test('DOOR2 a code works for ten minutes', () => {
  const clock = new ManualClock()
  const codes = new SignInCodes(clock)
  const [first, second] = [codes.issue().code, codes.issue().code]
  clock.advance(CODE_LIFE_MS - 1)
  expect(codes.redeem(first)).toBe('accepted')
  clock.advance(1)
  expect(codes.redeem(second)).toBe('expired')
  expect(codes.redeem(first)).toBe('spent')
})

test('DOOR2 a made-up code is unknown', () => {
  const codes = new SignInCodes(new ManualClock())
  const { code } = codes.issue()
  for (const text of ['', 'x', code.slice(1), `${code}x`, code.toLowerCase() + code.toUpperCase()])
    expect(codes.redeem(text)).toBe('unknown')
  expect(codes.redeem(code)).toBe('accepted')
})

test('keeps the newest two hundred codes', () => {
  const codes = new SignInCodes(new ManualClock())
  const first = codes.issue().code
  const others = Array.from({ length: 200 }, () => codes.issue().code)
  expect(codes.redeem(first)).toBe('unknown')
  expect(codes.redeem(others[0] ?? '')).toBe('accepted')
})
