import { chmod, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openTokenFile } from './token-file.ts'
import { createTokenCheck } from './tokens.ts'

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8)
}

test('DOOR8 the token file is 0600 in a folder of 0700, also where somebody opened them', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'strata-')), 'data')
  const token = await openTokenFile(folder)
  expect(token.length).toBeGreaterThanOrEqual(32)
  expect((await readFile(join(folder, 'token'), 'utf8')).trim()).toBe(token)
  expect([await modeOf(folder), await modeOf(join(folder, 'token'))]).toEqual(['700', '600'])
  await chmod(folder, 0o755)
  await chmod(join(folder, 'token'), 0o644)
  expect(await openTokenFile(folder)).toBe(token)
  expect([await modeOf(folder), await modeOf(join(folder, 'token'))]).toEqual(['700', '600'])
})

test('DOOR8 a token that is too short is replaced', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'strata-'))
  await writeFile(join(folder, 'token'), 'short')
  expect((await openTokenFile(folder)).length).toBeGreaterThanOrEqual(32)
})

test('DOOR8 every accepted token proves a caller, and nothing else does', () => {
  const isToken = createTokenCheck(['a'.repeat(32), 'b'.repeat(40)])
  expect([isToken('a'.repeat(32)), isToken('b'.repeat(40)), isToken('a'.repeat(33)), isToken('')]).toEqual([true, true, false, false])
  expect(createTokenCheck([])('')).toBe(false)
})

test('DOOR8 servers that start at once in one folder have one token', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'strata-')), 'data')
  const tokens = await Promise.all(Array.from({ length: 8 }, () => openTokenFile(folder)))
  expect(new Set(tokens).size).toBe(1)
  expect((await readFile(join(folder, 'token'), 'utf8')).trim()).toBe(tokens[0])
  expect(await readdir(folder)).toEqual(['token'])
})
