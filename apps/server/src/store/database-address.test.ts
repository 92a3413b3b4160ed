import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { readDatabaseUrl } from './database-address.ts'

const SECRET = 'geheim'

test('STORE10 an address shows where the database is, and its password to nobody who prints it', () => {
  const outcome = readDatabaseUrl(`postgres://anna:${SECRET}@db.example.com:5433/strata?sslmode=require&schema=rooms`)
  if (outcome.status === 'wrong') throw new Error(outcome.sentence)
  const { address } = outcome
  expect(address).toMatchObject({ place: 'database strata at db.example.com:5433', user: 'anna', schema: 'rooms' })
  for (const printed of [JSON.stringify(outcome), inspect(outcome, { depth: 9, showHidden: true })]) expect(printed).not.toContain(SECRET)
  expect(address.clientConfig().connectionString).toBe(`postgres://anna:${SECRET}@db.example.com:5433/strata?sslmode=require`)
})

test.each([`postgres://anna:${SECRET}%40@db/strata`, `postgres://db/strata?user=anna&password=${SECRET}%40`])(
  'STORE10 the password is known wherever the address has it, so that the log leaves it out: %#',
  (url) => expect(readDatabaseUrl(url)).toMatchObject({ address: { user: 'anna', password: `${SECRET}@` } }),
)

test.each([
  `${SECRET}`,
  `mysql://anna:${SECRET}@db/strata`,
  `postgres://anna:${SECRET}@db`,
  `postgres://anna:${SECRET}@db/`,
  `postgres://anna:${SECRET}@db/a/b`,
  `postgres://anna:${SECRET}%zz@db/strata`,
  `postgres://anna:${SECRET}@db:port/strata`,
  `postgres://anna:${SECRET}@db/strata?schema=a";drop`,
  `postgres://anna:${SECRET}@db/strata?schema=Upper`,
])('STORE10 a wrong address is refused in a sentence that repeats none of it: %#', (url) => {
  const outcome = readDatabaseUrl(url)
  expect(outcome).toMatchObject({ status: 'wrong', sentence: expect.stringMatching(/^STRATA_DATABASE_URL .*postgres:\/\/USER/) })
  expect(JSON.stringify(outcome)).not.toContain(SECRET)
})
