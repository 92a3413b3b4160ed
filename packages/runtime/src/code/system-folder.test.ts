import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { moduleOf, openSystemFolder, titleOf } from './system-folder.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'strata-folder-'))
})
afterEach(() => rm(root, { recursive: true }))

async function write(path: string, text = ''): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}

test('SYS1 every .ts file is a module named by its path, tests and packages are not', async () => {
  for (const path of [
    'session.ts',
    'billing/pricing.ts',
    'session.test.ts',
    'node_modules/x/index.ts',
    'strata.config.ts',
    'types.d.ts',
    'Bad Name.ts',
    'constructor.ts',
  ])
    await write(path)
  await write('generations/session/2.ts', '// the second')
  const folder = await openSystemFolder(root, {})
  const { modules, misnamed } = await folder.read()
  expect(modules.map(({ module }) => module)).toEqual(['billing/pricing', 'session'])
  expect(misnamed).toEqual(['Bad Name.ts', 'constructor.ts'])
  expect(await folder.readGenerations()).toMatchObject([{ module: 'session', origin: 'generations/session/2.ts', text: '// the second' }])
})

test('SYS1 a link that leads out of the folder is no module', async () => {
  await symlink('/etc/hostname', join(root, 'secret.ts'))
  const folder = await openSystemFolder(root, {})
  expect((await folder.read()).modules).toEqual([])
  await expect(folder.readFile('secret.ts')).rejects.toThrow('unknown_module')
  await expect(folder.readFile('../outside.ts')).rejects.toThrow('unknown_module')
})

test('SYS1 files that come and go while the folder is read are left out, and the others are read', async () => {
  await write('session.ts')
  const folder = await openSystemFolder(root, {})
  let done = false
  const saving = (async () => {
    for (let round = 0; round < 200; round += 1) {
      await Promise.all([write(`draft${round % 7}.ts`), write(`new/deep${round % 3}/draft.ts`)])
      await Promise.all([rm(join(root, `draft${round % 7}.ts`)), rm(join(root, 'new'), { recursive: true, force: true })])
    }
    done = true
  })()
  while (!done) expect((await folder.read()).modules.map(({ module }) => module)).toContain('session')
  await saving
})

test('SYS1 a further generation is named by its folder', () => {
  expect(moduleOf('generations/billing/pricing/3-new.ts', 'generations/')).toBe('billing/pricing')
  expect(moduleOf('generations/loose.ts', 'generations/')).toBeUndefined()
})

test('SYS1 a title is the first line of the leading comment', () => {
  expect(titleOf('// marked 6\nimport x')).toBe('marked 6')
  expect(titleOf('/** marked 7: drops heading ids */\n')).toBe('marked 7: drops heading ids')
  expect(titleOf('import x')).toBeNull()
})
