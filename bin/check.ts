import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkExports } from './check-exports.ts'
import { checkImports } from './check-imports.ts'
import { checkSpec, SPEC } from './check-spec.ts'
import { publicFiles, readModuleGraph } from './module-graph.ts'
import { fail, root } from './root.ts'

interface Check {
  readonly name: string
  /** Problems found; empty is well. */
  run(): string[]
}

const CHECKS: readonly Check[] = [
  {
    name: 'types',
    run: () => [
      ...runTool('turbo', ['run', 'types', '--output-logs=errors-only', '--continue']).map(compilerLines),
      ...runTool('tsc', ['-p', 'bin']),
    ],
  },
  { name: 'lint', run: () => runTool('oxlint', ['--type-aware', '--deny-warnings']) },
  { name: 'imports', run: () => checkImports(readModuleGraph()) },
  { name: 'format', run: () => runTool('biome', ['format', '--max-diagnostics=20']) },
  { name: 'exports', run: () => checkExports(readModuleGraph(), publicFiles()) },
  { name: 'spec', run: () => checkSpec(readModuleGraph(), readFileSync(join(root, SPEC), 'utf8')) },
]

function runTool(name: string, args: readonly string[]): string[] {
  const { status, stdout, stderr, error } = spawnSync(join(root, 'node_modules/.bin', name), args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
  })
  if (status === 0) return []
  return [error === undefined ? `${stdout}${stderr}`.trimEnd() : String(error)]
}

/** What the compiler said, without what turbo and npm add; all of it when the compiler said nothing. */
function compilerLines(output: string): string {
  const lines = output.split('\n').filter((line) => /: error TS\d+/.test(line))
  return lines.length === 0 ? output : lines.map((line) => line.replace(/^\S+:types: /, '')).join('\n')
}

// `npm run check -- spec lint` runs only these.
const chosen = process.argv.slice(2)
const unknown = chosen.find((name) => !CHECKS.some((check) => check.name === name))
if (unknown !== undefined) fail(`there is no check ${unknown}: choose from ${CHECKS.map((check) => check.name).join(', ')}.`)
let failed = 0
for (const check of CHECKS.filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
  const startedAt = performance.now()
  const problems = check.run()
  const took = `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`
  if (problems.length === 0) console.log(`  ok      ${check.name} (${took})`)
  else {
    failed++
    console.log(`${problems.join('\n')}\n  FAILED  ${check.name} (${took})`)
  }
}
console.log(failed === 0 ? 'check: all well' : `check: ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
