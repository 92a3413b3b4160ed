import './compile-cache.ts'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { root } from './root.ts'

interface Tally {
  readonly passed: number
  readonly failed: number
}

interface Failure {
  readonly name: string
  /** What it failed with first; empty where a file failed as a whole. */
  readonly message: string
}

interface Suite {
  readonly name: string
  readonly cwd: string
  readonly args: readonly string[]
  /** What a run of all suites adds: it leaves out what takes minutes. */
  readonly bounds: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly report: string
  count(report: unknown): Tally
  /** Tests and files that failed. */
  failures(report: unknown): readonly Failure[]
  /** Tests that failed and passed when they were tried once more. */
  flaky(report: unknown): readonly Failure[]
  /** Parts that ran nothing, by name. */
  empty(report: unknown): string[]
  /** Files whose OS process ended before its tests did. */
  died(report: unknown): readonly string[]
}

interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numTotalTests: number
  /** One for each file; a file that does not even load has status `failed` and no assertions. */
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    /** One that passed at a second try still has what the first failed with. */
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

interface PlaywrightReport {
  readonly stats: { readonly expected: number; readonly unexpected: number; readonly flaky: number; readonly skipped: number }
  readonly errors: readonly unknown[]
  readonly suites: readonly PlaywrightSuite[]
}

interface PlaywrightTest {
  readonly status: string
  readonly results: readonly { readonly error?: { readonly message?: string } }[]
}

interface PlaywrightSuite {
  readonly file: string
  readonly suites?: readonly PlaywrightSuite[]
  readonly specs: readonly { readonly title: string; readonly ok: boolean; readonly tests: readonly PlaywrightTest[] }[]
}

const REPORTS = join(root, 'test-results')
/** Workspaces whose tests must have run for a run to count. */
const UNIT_SUITES = ['packages/runtime', 'packages/ui', 'apps/server', 'apps/cli', 'apps/web', 'examples/scribe']

const unitReport = join(REPORTS, 'unit.json')
const browserReport = join(REPORTS, 'browser.json')

const SUITES: readonly Suite[] = [
  {
    name: 'unit',
    cwd: root,
    args: [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`],
    bounds: [],
    env: {},
    report: unitReport,
    count(report) {
      const { numPassedTests, numFailedTests, testResults } = report as VitestReport
      const unloaded = testResults.filter(
        (file) => file.status === 'failed' && file.assertionResults.every((one) => one.status !== 'failed'),
      )
      return { passed: numPassedTests, failed: numFailedTests + unloaded.length }
    },
    failures(report) {
      return (report as VitestReport).testResults
        .filter(({ status }) => status === 'failed')
        .flatMap((file) => {
          const failed = file.assertionResults.filter(({ status }) => status === 'failed')
          return failed.length === 0 ? [{ name: fileOf(file), message: file.message }] : failed.map((one) => failureOf(file, one))
        })
    },
    flaky(report) {
      return (report as VitestReport).testResults.flatMap((file) =>
        file.assertionResults
          .filter(({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0)
          .map((one) => failureOf(file, one)),
      )
    },
    empty(report) {
      const ran = (report as VitestReport).testResults.filter((file) =>
        file.assertionResults.some((one) => one.status === 'passed' || one.status === 'failed'),
      )
      const files = ran.map((file) => relative(root, file.name).replaceAll('\\', '/'))
      return UNIT_SUITES.filter((folder) => !files.some((file) => file.startsWith(`${folder}/`)))
    },
    died(report) {
      return (report as VitestReport).testResults
        .filter(
          ({ status, assertionResults, message }) =>
            status === 'failed' && message === '' && assertionResults.every((one) => one.status === 'pending'),
        )
        .map(fileOf)
    },
  },
  {
    name: 'e2e',
    cwd: join(root, 'e2e'),
    args: [join(root, 'node_modules/@playwright/test/cli.js'), 'test'],
    bounds: ['--project=tests'],
    env: { STRATA_E2E_REPORT: browserReport },
    report: browserReport,
    count(report) {
      const { stats, errors } = report as PlaywrightReport
      return { passed: stats.expected + stats.flaky, failed: stats.unexpected + (stats.unexpected === 0 ? errors.length : 0) }
    },
    failures(report) {
      return specsOf(report, ({ ok }) => !ok)
    },
    flaky(report) {
      return specsOf(report, ({ tests }) => tests.some(({ status }) => status === 'flaky'))
    },
    empty(report) {
      const { stats } = report as PlaywrightReport
      return stats.expected + stats.unexpected + stats.flaky === 0 ? ['e2e'] : []
    },
    died: () => [],
  },
]

function fileOf({ name }: VitestReport['testResults'][number]): string {
  return relative(root, name).replaceAll('\\', '/')
}

function failureOf(
  file: VitestReport['testResults'][number],
  { fullName, failureMessages }: VitestReport['testResults'][number]['assertionResults'][number],
): Failure {
  return { name: `${fileOf(file)}: ${fullName}`, message: failureMessages[0] ?? '' }
}

function specsOf(report: unknown, isMeant: (spec: PlaywrightSuite['specs'][number]) => boolean): readonly Failure[] {
  const below = ({ file, specs, suites = [] }: PlaywrightSuite): Failure[] => [
    ...specs.filter(isMeant).map(({ title, tests }) => ({
      name: `e2e ${file}: ${title}`,
      message: tests.flatMap(({ results }) => results.map(({ error }) => error?.message ?? '')).find((message) => message !== '') ?? '',
    })),
    ...suites.flatMap(below),
  ]
  return (report as PlaywrightReport).suites.flatMap(below)
}

interface Outcome extends Tally {
  readonly failures: readonly Failure[]
  readonly flaky: readonly Failure[]
}

/** In CI what failed is tried once more, as its tests are: V8 itself can end an OS process in which many threads come and go. */
function runAgain(suite: Suite, died: readonly string[], before: Outcome): Outcome {
  const again = run(suite, died, false)
  return {
    passed: before.passed + again.passed,
    failed: before.failed - died.length + again.failed,
    failures: [...before.failures.filter(({ name }) => !died.includes(name)), ...again.failures],
    flaky: [...before.flaky, ...died.map((name) => ({ name, message: 'its OS process ended before its tests did' })), ...again.flaky],
  }
}

function run(suite: Suite, extra: readonly string[], mayRepeat = process.env['CI'] !== undefined): Outcome {
  rmSync(suite.report, { force: true })
  const { status, signal } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...suite.args, ...extra], {
    cwd: suite.cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...suite.env },
  })
  if (signal !== null) process.exit(signal === 'SIGINT' ? 130 : 143)
  const report = readReport(suite.report)
  if (report === undefined) {
    console.error(`strata: the ${suite.name} tests ended with ${status} and left no report`)
    return { passed: 0, failed: 1, failures: [{ name: `${suite.name}: no report`, message: '' }], flaky: [] }
  }
  const tally = suite.count(report)
  // Chosen tests (`npm test -- name`) may leave a workspace out; a whole run may not.
  const empty = extra === suite.bounds || extra.length === 0 ? suite.empty(report) : []
  for (const name of empty) console.error(`strata: no test of ${name} ran`)
  const failed = tally.failed + empty.length
  const outcome = {
    passed: tally.passed,
    // The runner may fail without a failing test, for an unhandled error say: that is one failure more.
    failed: status !== 0 && failed === 0 ? 1 : failed,
    failures: suite.failures(report),
    flaky: suite.flaky(report),
  }
  const died = suite.died(report)
  return mayRepeat && died.length > 0 ? runAgain(suite, died, outcome) : outcome
}

function readReport(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

const MESSAGE_LINES_MAX = 12

function tell(kind: 'failed' | 'flaky', name: string, message: string): void {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^ +at .*(node_modules|<anonymous>)/.test(line))
  console.log([`${kind}: ${name}`, ...lines.slice(0, MESSAGE_LINES_MAX).map((line) => `    ${line}`)].join('\n'))
}

mkdirSync(REPORTS, { recursive: true })
const args = process.argv.slice(2)
const only = args[0] === '--only' ? args[1] : undefined
const extra = only === undefined ? args : args.slice(2)
const chosen = SUITES.filter((suite) => (only === undefined ? extra.length === 0 || suite.name === 'unit' : suite.name === only))
const tallies = chosen.map((suite) => run(suite, only === undefined && extra.length === 0 ? suite.bounds : extra))
const passed = tallies.reduce((sum, one) => sum + one.passed, 0)
const failed = tallies.reduce((sum, one) => sum + one.failed, 0)
// Said again at the end: the first lines of a long log are the first to be cut.
for (const { name, message } of tallies.flatMap(({ failures }) => failures)) tell('failed', name, message)
for (const { name, message } of tallies.flatMap(({ flaky }) => flaky)) tell('flaky', name, message)
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
