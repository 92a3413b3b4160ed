import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { MUTANTS, type Mutant } from './mutants.ts'

const HELP = `npm run conformance -- mutants [--only TEXT]
Makes one small mistake after the other in a copy of the compiler and the scheduler; each must be noticed by the test that is named for it.`

const RUNTIME = fileURLToPath(new URL('../../', import.meta.url))
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const COPIED = ['src', 'test', 'conformance', 'package.json', 'tsconfig.json']

/** A mutant that makes a test run on and on is noticed, too. */
const TEST_MS = 45_000

type Noticed = 'noticed' | 'survived' | 'unclear'

/** Exit code: 0 every mutant is noticed, 1 one is not. */
export async function runMutants(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string', default: '' }, help: { type: 'boolean', default: false } },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const chosen = MUTANTS.filter(({ name }) => name.includes(values.only))
  const folder = await mkdtemp(join(tmpdir(), 'strata-mutants-'))
  const copy = join(folder, 'packages/runtime')
  try {
    await mkdir(copy, { recursive: true })
    for (const part of COPIED) await cp(join(RUNTIME, part), join(copy, part), { recursive: true })
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    // What the copied `tsconfig.json` extends.
    await cp(join(ROOT, 'tsconfig.base.json'), join(folder, 'tsconfig.base.json'))
    const tests = [...new Set(chosen.map(({ test }) => test.file))]
    for (const file of tests) {
      const titles = [...new Set(chosen.flatMap(({ test }) => (test.file === file ? test.title : [])))]
      if ((await runTests(copy, file, titles)) !== titles.length) {
        console.log(`not one test for each of these, or it fails without a mistake: ${file}: ${titles.join(' | ')}`)
        return 1
      }
    }
    let survivors = 0
    for (const mutant of chosen) {
      const outcome = await tryMutant(copy, mutant)
      if (outcome !== 'noticed') survivors++
      console.log(`${outcome.padEnd(9)} ${mutant.name}`)
    }
    console.log(`${chosen.length - survivors} of ${chosen.length} noticed`)
    return survivors === 0 ? 0 : 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function tryMutant(copy: string, { file, find, replace, test }: Mutant): Promise<Noticed> {
  const path = join(copy, file)
  const text = await readFile(path, 'utf8')
  if (text.split(find).length !== 2) return 'unclear'
  await writeFile(
    path,
    text.replace(find, () => replace),
  )
  try {
    return (await runTests(copy, test.file, [test.title])) === 0 ? 'noticed' : 'survived'
  } finally {
    await writeFile(path, text)
  }
}

/** How many of these tests pass. */
async function runTests(copy: string, file: string, titles: readonly string[]): Promise<number> {
  const report = join(copy, 'report.json')
  await rm(report, { force: true })
  const pattern = titles.map((title) => title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|')
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
  const reporters = ['--reporter=json', `--outputFile=${report}`]
  const child = spawn(process.execPath, [vitest, 'run', '--root', copy, file, '-t', pattern, '--testTimeout=20000', ...reporters], {
    cwd: copy,
    stdio: 'ignore',
    detached: true,
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  child.once('exit', () => resolve())
  const timer = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), TEST_MS)
  await promise
  clearTimeout(timer)
  const { testResults } = JSON.parse(await readFile(report, 'utf8').catch(() => '{"testResults":[]}')) as {
    testResults: { assertionResults: { title: string; status: string }[] }[]
  }
  const passed = testResults.flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => status === 'passed'))
  return titles.filter((title) => passed.some((result) => result.title.startsWith(title))).length
}
