import { expect, test } from 'vitest'
import { soakChurn } from '../soak/churn.ts'

test('SCHED3 PIN5 seconds of churn on two schedulers: every call is answered rightly, and purged generations leave nothing running', async () => {
  const readings = await soakChurn({ seconds: 6, everySeconds: 3, schedulers: 2 })
  const last = readings.at(-1)
  expect(last?.failed).toBe(0)
  expect(last?.answered).toBeGreaterThan(1_000)
  // Those that linger live in the last few generations only.
  expect(last?.processes).toBeLessThan(1_200)
  expect(last?.processes).toBeGreaterThan(10)
})
