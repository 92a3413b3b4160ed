import { expect, test } from 'vitest'
import { checkPrograms } from '../conformance/generated/check-programs.ts'

test('COMP1 generated programs do what they do without us: results, errors, order of effects tick for tick, also paused at every check', async () => {
  // The same programs in every run; other seeds are the command's.
  const seed = 1
  const { failure } = await checkPrograms({ runs: 150, seed })
  expect(failure, `npm run conformance -- generated --runs 150 --seed ${seed}`).toBeUndefined()
})
