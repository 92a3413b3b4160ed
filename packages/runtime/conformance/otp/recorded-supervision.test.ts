import { describe, expect, test } from 'vitest'
import { describeDifference, readRecordedSupervision } from './run-supervision.ts'
import { runOnStrata } from './supervision-strata.ts'

const { release, cases } = readRecordedSupervision()

describe(`OTP2 what supervisors of Erlang/OTP ${release} were seen to do, Strata's do`, () => {
  test.each(cases)('OTP2 $one.name', async ({ one, steps }) => {
    const ours = await runOnStrata(one)
    const at = steps.findIndex((step, place) => JSON.stringify(step) !== JSON.stringify(ours[place]))
    expect(at, at === -1 ? '' : describeDifference(one, at, ours, steps)).toBe(-1)
  })
})
