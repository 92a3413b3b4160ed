import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { TypeRequest } from './type-request.ts'
import { createTypeService, type TypeLimits, type TypeService } from './type-service.ts'

/** As long as the machine needs: no finding depends on it. */
const PATIENT: Partial<TypeLimits> = { timeoutMs: 60_000 }

function startService(limits: Partial<TypeLimits>, processText?: string): { service: TypeService; root: string } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'strata-types-')))
  const processFile = join(root, 'process.mjs')
  if (processText !== undefined) writeFileSync(processFile, processText)
  const service = createTypeService({
    readText: async () => undefined,
    limits,
    ...(processText === undefined ? {} : { processFile }),
  })
  onTestFinished(async () => {
    await service.stop()
    rmSync(root, { recursive: true, force: true })
  })
  return { service, root }
}

function check({ service, root }: { service: TypeService; root: string }, text: string) {
  const request: TypeRequest = { root, set: [{ module: 'a', generation: null, origin: 'a.ts', hash: text }], current: [], importers: [] }
  return service.check(request, new Map([[text, text]]))
}

const ENDLESS = `process.on('message', () => { for (;;); })`
const SILENT = `process.on('message', () => {}); process.on('disconnect', () => process.exit())`

test('DIAG6 a checker that hangs is ended when its time is up, with all below it', async () => {
  for (const text of [ENDLESS, SILENT]) {
    const { service, root } = startService({ timeoutMs: 300, endMs: 600 }, text)
    expect(await check({ service, root }, 'export {}')).toEqual({ status: 'late', limitMs: 300 })
    await expect.poll(() => service.pids()).toEqual([])
  }
})

test('DIAG6 a checker that is only slow goes on, and answers the next check', async () => {
  const slowOnce = `let asked = 0
process.on('message', () => setTimeout(() => process.send({ type: 'checked', found: { findings: [], unseen: 0 } }), asked++ === 0 ? 1_000 : 0))`
  const { service, root } = startService({ timeoutMs: 300 }, slowOnce)
  expect(await check({ service, root }, '1')).toMatchObject({ status: 'late' })
  const [pid] = service.pids()
  await expect.poll(() => check({ service, root }, '2')).toMatchObject({ status: 'checked' })
  expect(service.pids()).toContain(pid)
})

test('DIAG6 a checker that crashes, or is killed while it works, is a note and no failure; the next check gets a new one', async () => {
  const crashing = startService(PATIENT, `process.on('message', () => process.abort())`)
  expect(await check(crashing, 'export {}')).toEqual({ status: 'failed', why: 'the type checker ended' })
  const absent = startService(PATIENT, 'throw new Error()')
  expect(await check(absent, 'export {}')).toMatchObject({ status: 'failed' })

  const { service, root } = startService(PATIENT)
  const under = check({ service, root }, `export const a: number = ''`)
  await expect.poll(() => service.pids()).toHaveLength(1)
  process.kill(service.pids()[0] ?? 0, 'SIGKILL')
  expect(await under).toEqual({ status: 'failed', why: 'the type checker ended' })
  expect(await check({ service, root }, `export const a: number = ''`)).toMatchObject({
    status: 'checked',
    findings: [{ typescript: 2322 }],
  })
})

/** TypeScript's processes below a checker. */
function below(pid: number): readonly number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
  return stdout.trim().split(/\s+/).filter(Boolean).map(Number)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test("DIAG6 TypeScript's own process that dies is a note; the checker is not asked again", async () => {
  const { service, root } = startService(PATIENT)
  expect(await check({ service, root }, 'export {}')).toMatchObject({ status: 'checked' })
  const [typescript = 0] = below(service.pids()[0] ?? 0)
  process.kill(typescript, 'SIGKILL')
  expect(await check({ service, root }, 'export const a = 1')).toMatchObject({ status: 'failed' })
  expect(await check({ service, root }, `export const a: number = ''`)).toMatchObject({
    status: 'checked',
    findings: [{ line: 1, column: 14 }],
  })
})

test("DIAG6 TypeScript's process goes with its checker, whoever ends that, and with who started it", async () => {
  const { service, root } = startService(PATIENT)
  expect(await check({ service, root }, 'export {}')).toMatchObject({ status: 'checked' })
  const [checker = 0] = service.pids()
  const [typescript = 0] = below(checker)
  process.kill(checker, 'SIGKILL')
  await expect.poll(() => isAlive(typescript)).toBe(false)

  const asks = `import { createTypeService } from ${JSON.stringify(new URL('./type-service.ts', import.meta.url).href)}
const service = createTypeService({ readText: async () => '' })
await service.check({ root: ${JSON.stringify(root)}, set: [{ module: 'a', generation: null, origin: 'a.ts', hash: 'h' }], current: [], importers: [] }, new Map([['h', 'export {}']]))
console.log(service.pids()[0])`
  const starter = spawn(process.execPath, ['--input-type=module', '-e', asks], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = (await once(starter.stdout, 'data')) as [Buffer]
  const orphan = Number(line.toString())
  const [lost = 0] = below(orphan)
  expect([orphan, lost].map(isAlive)).toEqual([true, true])
  starter.kill('SIGKILL')
  await expect.poll(() => [orphan, lost].map(isAlive)).toEqual([false, false])
})

test('DIAG6 two at once are two checkers, one of which is kept; it ends when nobody asks', async () => {
  const { service, root } = startService({ ...PATIENT, idleMs: 100 })
  const outcomes = await Promise.all(
    ['1', "''", 'true', '[]'].map((value) => check({ service, root }, `export const a: number = ${value}`)),
  )
  expect(outcomes.map((outcome) => outcome.status === 'checked' && outcome.findings.length)).toEqual([0, 1, 1, 1])
  await expect.poll(() => service.pids()).toEqual([])
})

test('DIAG6 of 5,000 findings 1,000 travel, and the rest is counted', async () => {
  const text = Array.from({ length: 5_000 }, (_, index) => `export const x${index}: number = 'a'`).join('\n')
  const outcome = await check(startService(PATIENT), text)
  expect(outcome).toMatchObject({ status: 'checked', unseen: 4_000 })
  expect(outcome.status === 'checked' && outcome.findings).toHaveLength(1_000)
})

test('DIAG5 places are counted in characters, and explanations are part of the sentence', async () => {
  const text = `// 😀 ünïcode\nexport const a: { b: number } = /* 😀 */ { b: 'é' }\nexport const c: () => { d: { e: number } } = () => ({ d: { e: '' } })`
  const outcome = await check(startService(PATIENT), text)
  expect(outcome).toMatchObject({ status: 'checked', findings: [{ line: 2, column: 44 }, { line: 3 }] })
})
