import { mkdir, mkdtemp, realpath, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { EngineError } from '../errors.ts'
import { createCompileService } from './compile-service.ts'
import type { CompileService, CompileServiceOptions } from './compile-service.ts'

const services: CompileService[] = []
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()))
})

async function createSystem(files: Record<string, string>): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'strata-compile-')))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return root
}

function start(root: string, options: Partial<CompileServiceOptions> = {}): CompileService {
  const service = createCompileService({ root, ...options })
  services.push(service)
  return service
}

async function compileOne(service: CompileService, text: string, module = 'main', origin?: string) {
  return service.compile([{ module, text, ...(origin === undefined ? {} : { origin }) }], [])
}

async function faultOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => (error instanceof EngineError ? error.fault : error),
  )
}

/** Kills the next compiler process that appears. */
async function killNext(service: CompileService, ended: Set<number>): Promise<void> {
  for (;;) {
    const pid = service.pids().find((candidate) => !ended.has(candidate))
    if (pid !== undefined) {
      process.kill(pid, 'SIGKILL')
      ended.add(pid)
      return
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const pkg = (name: string, version: string, rest: object = {}) => JSON.stringify({ name, version, ...rest })

test('COMP1 a source that does not parse is refused with its own line and column', async () => {
  const service = start(await createSystem({}))
  const outcome = await compileOne(service, `// é ü\nconst é: string = 'x'\nexport const = 3\n`)
  expect(outcome).toMatchObject({
    status: 'rejected',
    code: 'invalid_source',
    diagnostics: [{ file: 'main.ts', line: 3, column: 14, severity: 'error' }],
  })
})

test('COMP1 what V8 refuses and the parser lets pass is refused before it is loaded', async () => {
  const service = start(await createSystem({}))
  expect(await compileOne(service, 'let a = 1\ndelete a')).toMatchObject({ status: 'rejected', code: 'invalid_source' })
})

test('COMP2 100,000 nested brackets are a refusal with a hint, and the next compile gets a new process', async () => {
  const service = start(await createSystem({}))
  const deep = await compileOne(service, `export const x = ${'['.repeat(100_000)}${']'.repeat(100_000)}`)
  expect(deep).toMatchObject({ status: 'rejected', code: 'invalid_source', diagnostics: [{ file: 'main.ts', hint: expect.any(String) }] })
  expect(deep.status === 'rejected' && deep.diagnostics[0]?.message).toMatch(/SIGSEGV|stack overflow/)
  expect(await compileOne(service, 'export const x = 1')).toMatchObject({ status: 'compiled' })
})

test('COMP2 a warm process is kept', async () => {
  const service = start(await createSystem({}))
  await compileOne(service, 'export const x = 1')
  const [first] = service.pids()
  await compileOne(service, 'export const x = 2')
  expect(service.pids()).toEqual([first])
})

test('COMP2 a process that is killed between two compiles is not missed', async () => {
  const service = start(await createSystem({}))
  await compileOne(service, 'export const x = 1')
  process.kill(service.pids()[0] as number, 'SIGKILL')
  expect(await compileOne(service, 'export const x = 2')).toMatchObject({ status: 'compiled' })
})

test('COMP2 a process that is killed half way is tried again once, then the load is refused', async () => {
  const service = start(await createSystem({}))
  const ended = new Set<number>()
  const once = compileOne(service, 'export const x = 1')
  await killNext(service, ended)
  expect(await once).toMatchObject({ status: 'compiled' })
  const twice = compileOne(service, 'export const x = 1')
  await killNext(service, ended)
  await killNext(service, ended)
  expect(await faultOf(twice)).toMatchObject({ code: 'compiler_failed' })
  expect(await compileOne(service, 'export const x = 1')).toMatchObject({ status: 'compiled' })
})

test('COMP2 a compile that takes too long is refused and its process ended', async () => {
  const service = start(await createSystem({}), { limits: { timeoutMs: 1 } })
  expect(await faultOf(compileOne(service, 'export const x = 1'))).toEqual({ code: 'compile_timeout', limitMs: 1 })
  // The runtime's own code is waited for.
  expect((await service.behaviours()).length).toBeGreaterThan(0)
})

test('COMP2 a bundle that fills the heap is a refusal', async () => {
  const service = start(await createSystem({}), { limits: { heapMb: 24 } })
  expect(await compileOne(service, `export const x = [${'{a:1},'.repeat(140_000)}]`)).toMatchObject({
    status: 'rejected',
    code: 'invalid_source',
  })
})

test('LIM2 beyond two compiles and ten waiting the next is refused', async () => {
  const service = start(await createSystem({}))
  const accepted = Array.from({ length: 12 }, (_, index) => compileOne(service, `export const x = ${index}`))
  expect(await faultOf(compileOne(service, 'export const x = 13'))).toEqual({ code: 'compiler_busy', waiting: 10, limit: 10 })
  expect((await Promise.all(accepted)).every(({ status }) => status === 'compiled')).toBe(true)
})

test('LIM1 a bundle of more than 10 MB is refused with its size', async () => {
  const root = await createSystem({
    'node_modules/big/package.json': pkg('big', '1.0.0', { main: 'i.js' }),
    'node_modules/big/i.js': `module.exports = ${JSON.stringify('x'.repeat(10_100_000))}`,
  })
  expect(await compileOne(start(root), `import big from 'big'\nexport const x = big.length`)).toMatchObject({
    status: 'too_large',
    what: 'bundle',
    limit: 10_000_000,
  })
})

test('COMP3 imports resolve to modules of the set, of the loaded ones and of the folder', async () => {
  const root = await createSystem({ 'frame.ts': 'export const f = 1', 'billing/pricing.ts': '', 'billing/tax.ts': '', 'plain.ts': '' })
  const text = `import { a } from '../frame.ts'; import { b } from './tax'; import { c } from '../plain.js'; import { d } from '../in-set.ts'; import { e } from '../loaded.ts'; import * as self from './pricing.ts'
export const x = () => [a(), b(), c(), d(), e(), self.x()]`
  const outcome = await start(root).compile(
    [
      { module: 'billing/pricing', text },
      { module: 'in-set', text: '' },
    ],
    ['loaded'],
  )
  expect(outcome.status === 'compiled' && outcome.modules[0]?.imports.map(({ module }) => module)).toEqual([
    'frame',
    'billing/tax',
    'plain',
    'in-set',
    'loaded',
    'billing/pricing',
  ])
})

test('COMP3 a generation file imports from where it lies', async () => {
  const root = await createSystem({ 'frame.ts': '', 'session.ts': '' })
  const text = `import { f } from '../../frame.ts'\nimport * as current from '../../session.ts'\nexport async function go() { f(); return current.go() }`
  const outcome = await compileOne(start(root), text, 'session', 'generations/session/2-next.ts')
  expect(outcome).toMatchObject({ status: 'compiled', modules: [{ module: 'session', file: 'generations/session/2-next.ts' }] })
  expect(outcome.status === 'compiled' && outcome.modules[0]?.imports.map(({ module }) => module)).toEqual(['frame', 'session'])
})

test('COMP3 what leads out of the folder or does not exist is refused, each with its line', async () => {
  const outside = await createSystem({ 'secret.ts': 'export const s = 1' })
  const root = await createSystem({})
  await symlink(join(outside, 'secret.ts'), join(root, 'linked.ts'))
  const specifiers = [
    './nowhere.ts',
    '../outside.ts',
    './linked.ts',
    'data:text/javascript,1',
    'file:///etc/passwd',
    'http://127.0.0.1/x.js',
    '/etc/passwd',
    '#internal',
    'not-installed',
    'a/../b',
    'node:nothing',
    '@strata/runtime/config',
    './data.json',
    './node_modules/x/i.ts',
    './generations/main/2.ts',
  ]
  const outcome = await compileOne(start(root), specifiers.map((specifier) => `import '${specifier}'`).join('\n'))
  expect(outcome).toMatchObject({ status: 'rejected', code: 'unresolved_import' })
  expect(outcome.status === 'rejected' && outcome.diagnostics.map(({ line }) => line)).toEqual(specifiers.map((_, index) => index + 1))
  expect(outcome.status === 'rejected' && outcome.diagnostics[8]?.hint).toContain('npm install not-installed')
})

test('GEN14 packages are compiled per release, an alias under its real name', async () => {
  const root = await createSystem({
    'node_modules/one/package.json': pkg('one', '1.2.3', { type: 'module', exports: './i.js' }),
    'node_modules/one/i.js': `import two from 'two'\nexport const name = 'one+' + two`,
    'node_modules/two/package.json': pkg('two', '2.0.0', { main: 'i.js' }),
    'node_modules/two/i.js': `module.exports = 'two'`,
    'node_modules/one-old/package.json': pkg('one', '0.9.0', { main: 'i.js' }),
    'node_modules/one-old/i.js': `exports.name = 'old'`,
  })
  const service = start(root)
  const text = `import { name } from 'one'\nimport * as old from 'one-old'\nimport { join } from 'node:path'\nimport fs from 'fs'\nexport const x = () => [name, old.name, join('a', 'b'), fs]`
  const outcome = await compileOne(service, text)
  expect(outcome).toMatchObject({ status: 'compiled', modules: [{ natives: ['node:path', 'node:fs'] }] })
  if (outcome.status !== 'compiled') return
  expect(outcome.modules[0]?.releases).toEqual([
    { name: 'one', release: '1.2.3' },
    { name: 'one', release: '0.9.0' },
    { name: 'two', release: '2.0.0' },
  ])
  expect(outcome.packages.map(({ name, release, files }) => [name, release, files.map(({ path }) => path)])).toEqual([
    ['one', '1.2.3', ['i.js']],
    ['one', '0.9.0', ['i.js']],
    ['two', '2.0.0', ['i.js']],
  ])
  await writeFile(join(root, 'node_modules/one/package.json'), pkg('one', '1.2.4', { type: 'module', exports: './i.js' }))
  await writeFile(join(root, 'node_modules/one/i.js'), `export const name = 'another'`)
  const again = await compileOne(service, text)
  expect(again.status === 'compiled' && again.modules[0]?.sourceHash).toBe(outcome.modules[0]?.sourceHash)
  expect(again.status === 'compiled' && again.modules[0]?.hash).not.toBe(outcome.modules[0]?.hash)
})

test('COMP3 a name that a package or built-in does not export is refused, with its line', async () => {
  const root = await createSystem({
    'node_modules/esm/package.json': pkg('esm', '1.0.0', { type: 'module', exports: './i.js' }),
    'node_modules/esm/i.js': 'export const there = 1',
    'node_modules/cjs/package.json': pkg('cjs', '1.0.0', { main: 'i.js' }),
    'node_modules/cjs/i.js': 'exports[`com` + `puted`] = 1',
  })
  const text = `import { there, gone } from 'esm'\nimport { computed } from 'cjs'\nimport { join, jion } from 'node:path'\nimport none from 'esm'\nexport const x = [there, gone, computed, join, jion, none]`
  const outcome = await compileOne(start(root), text)
  expect(outcome).toMatchObject({ status: 'rejected', code: 'unresolved_import' })
  expect(outcome.status === 'rejected' && outcome.diagnostics.map(({ line, message }) => [line, message])).toEqual([
    [1, '`esm` has no export `gone`'],
    [3, '`node:path` has no export `jion`'],
    [4, '`esm` has no export `default`'],
  ])
})

test('DIAG3 a name that the runtime does not export is refused, with those that it has', async () => {
  const service = start(await createSystem({}))
  const text = `import { recieve, receive } from '@strata/runtime/process'\nimport { strat, start, call } from '@strata/runtime/server'\nexport const x = [recieve, receive, strat, start, call]`
  const outcome = await compileOne(service, text)
  expect(outcome.status === 'rejected' && outcome.diagnostics).toMatchObject([
    {
      code: 'missing_export',
      severity: 'error',
      line: 1,
      message: '`@strata/runtime/process` has no export `recieve`',
      hint: expect.stringContaining(' receive, '),
    },
    {
      code: 'missing_export',
      severity: 'error',
      line: 2,
      message: '`@strata/runtime/server` has no export `strat`',
      hint: expect.stringContaining(' start'),
    },
  ])
  for (const name of ['process', 'server', 'state-machine', 'supervisor', 'task', 'table']) {
    const all = `import * as all from '@strata/runtime/${name}'\nexport const x = all`
    expect(await compileOne(service, all)).toMatchObject({ status: 'compiled' })
  }
})

test('GEN14 shared packages and built-ins are named, not compiled', async () => {
  const root = await createSystem({
    'node_modules/pool/package.json': pkg('pool', '1.0.0', { main: 'i.js' }),
    'node_modules/pool/i.js': '',
  })
  const outcome = await compileOne(start(root, { shared: ['pool'] }), `import pool from 'pool'\nexport const x = () => pool`)
  expect(outcome).toMatchObject({ status: 'compiled', packages: [], modules: [{ natives: ['pool'], packages: [] }] })
})

test('GEN14 a package that an ancestor folder has is found, as npm hoists', async () => {
  const root = await createSystem({
    'node_modules/up/package.json': pkg('up', '3.0.0', { main: 'i.js' }),
    'node_modules/up/i.js': 'exports.up = 1',
    'apps/system/main.ts': '',
  })
  const outcome = await compileOne(start(join(root, 'apps/system')), `import { up } from 'up'\nexport const x = () => up`)
  expect(outcome).toMatchObject({ status: 'compiled', modules: [{ releases: [{ name: 'up', release: '3.0.0' }] }] })
})
