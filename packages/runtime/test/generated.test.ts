import { expect, test } from 'vitest'
import { checkPrograms } from '../conformance/generated/check-programs.ts'

test('COMP1 generated programs do what they do without us: results, errors, order of effects tick for tick, also paused at every check', async () => {
  // Another seed each time; a failure names it.
  const seed = Math.floor(Math.random() * 0x7fff_ffff)
  const { failure } = await checkPrograms({ runs: 150, seed })
  expect(failure, `npm run conformance -- generated --runs 150 --seed ${seed}`).toBeUndefined()
}, 60_000)
