import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { writeCounterSystem } from './counter-system.ts'

const MAIN = resolve(import.meta.dirname, '../src/main.ts')
const running = new Set<ChildProcess>()

afterEach(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  running.clear()
})

async function start(env: Record<string, string> = {}, argv?: readonly string[]) {
  const data = await mkdtemp(join(tmpdir(), 'strata-data-'))
  const child = spawn(process.execPath, [MAIN, ...(argv ?? [await writeCounterSystem()])], {
    env: { PATH: process.env['PATH'], PORT: '0', STRATA_DATA: join(data, 'd'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const output = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text))
  const link = new Promise<string>((resolveLink, reject) => {
    child.stdout.on('data', () => {
      const found = /http:\S+#\S+/.exec(output.out)
      if (found !== null) resolveLink(found[0])
    })
    child.once('exit', (code) => reject(new Error(`exit ${code}: ${output.err}`)))
  })
  link.catch(() => undefined)
  const exit = once(child, 'exit').then(([code]) => code as number | null)
  return { child, output, link, exit, data: join(data, 'd') }
}

function client(link: string, token: string) {
  return async (path: string, input: unknown = {}) => {
    const response = await fetch(new URL(`/trpc/${path}`, link), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(input),
    })
    return ((await response.json()) as any).result?.data
  }
}

test('DOOR2 DOOR8 starts, prints one link and no token, and stops cleanly', async () => {
  const secret = 'secret-of-the-environment-0123456789'
  const { child, output, link, exit, data } = await start({ STRATA_TOKEN: secret, STRATA_LOG: 'warn' })
  const address = await link
  expect(output.out.match(/^ *http:\/\/127\.0\.0\.1:\d+\/sign-in#[\w-]{22,}$/gm)).toHaveLength(1)
  const token = (await readFile(join(data, 'token'), 'utf8')).trim()
  expect(output.out + output.err).not.toContain(token)
  expect(output.out + output.err).not.toContain(secret)
  for (const proof of [token, secret]) expect(await client(address, proof)('session.whoami')).toMatchObject({ actor: 'token' })
  child.kill('SIGINT')
  expect([await exit, output.err]).toEqual([0, ''])
})

test('DOOR8 MON3 user code sees nothing of our environment, and its name moves no terminal', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'strata-spy-'))
  const seen = `Object.keys(process.env).filter((name) => name.startsWith('STRATA')).join()`
  await writeFile(join(folder, 'spy.ts'), `export async function start() {\n  throw new Error('seen: ' + ${seen} + '.')\n}\n`)
  await writeFile(
    join(folder, 'strata.config.ts'),
    `export default { name: 'spy\\u001b[31m\\u202e', start: [{ module: 'spy', export: 'start' }] }\n`,
  )
  const { link, data, output } = await start({ STRATA_TOKEN: 'secret-of-the-environment-0123456789', STRATA_ENVIRONMENT: 'test' }, [folder])
  const call = client(await link, (await readFile(join(data, 'token'), 'utf8')).trim())
  await expect
    .poll(async () => (await call('activity.list', { types: ['crashed'] })).lines[0]?.crash.reason)
    .toMatchObject({ type: 'error', message: 'seen: .' })
  expect(output.out).toContain('Strata runs spy\\u001b[31m\\u202e at http://127.0.0.1:')
})

test('says in one sentence that the port is taken, and the way out', async () => {
  const first = await start()
  const { port } = new URL(await first.link)
  const second = await start({ PORT: port })
  expect(await second.exit).toBe(1)
  expect(second.output.err).toBe(
    `strata: Port ${port} is taken: PORT=${Number(port) + 1} npm start uses another one, PORT=0 any free one\n`,
  )
  expect(second.output.out).toBe('')
})

test.each([
  [{ HOST: '0.0.0.0' }, undefined, /STRATA_INSECURE=1/],
  [{ STRATA_TOKEN: 'short' }, undefined, /STRATA_TOKEN has 5 characters/],
  [{}, ['/nothing/here'], /There is no folder \/nothing\/here/],
  [{}, [MAIN], /is a file/],
  [{ STRATA_DATA: '/dev/null/data' }, undefined, /STRATA_DATA=/],
] as [Record<string, string>, string[] | undefined, RegExp][])('DOOR10 refuses to start with %o %o', async (env, argv, sentence) => {
  const { exit, output } = await start(env, argv)
  expect(await exit).toBe(1)
  expect(output.err).toMatch(sentence)
  expect(output.err.trim().split('\n')).toHaveLength(1)
})
