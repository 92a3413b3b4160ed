import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { REPEATS, WORKLOADS, type Workload } from './workloads.ts'

// Interleaved runs, each a fresh OS process: ours, Erlang's, ours, … so that a busy moment of the machine hits both.
const RUNS = 5
const README = join(import.meta.dirname, 'README.md')
const BEGIN = '<!-- table:begin -->'
const END = '<!-- table:end -->'

/** One measurement: for time nanoseconds by the wall's clock and of processor time, for memory bytes twice. */
interface Figure {
  readonly wall: number
  readonly cpu: number
}

type Figures = ReadonlyMap<string, readonly Figure[]>

const erlang = findErlang()
if (erlang === undefined) {
  console.log('!! erl is not installed, so there is nobody to compare with: these are our figures alone.')
  console.log('!! apt-get install -y --no-install-recommends erlang-base\n')
}
const beam = erlang === undefined ? undefined : compileErlang()
const ours: Figures[] = []
const theirs: Figures[] = []
for (let run = 1; run <= RUNS; run++) {
  process.stderr.write(`run ${run} of ${RUNS}\n`)
  ours.push(
    readFigures(process.execPath, ['--expose-gc', '--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'measure.ts')]),
  )
  if (beam !== undefined)
    theirs.push(readFigures('erl', ['+S', '1:1', '-noshell', '-pa', beam, '-run', 'bench', 'main', String(REPEATS), ...counts()]))
}
if (beam !== undefined) rmSync(beam, { recursive: true })

const table = describe()
console.log(table)
writeTable(table)

function findErlang(): string | undefined {
  const { status, stdout } = spawnSync('erl', ['-noshell', '-eval', 'io:format("~s", [erlang:system_info(otp_release)]), halt().'], {
    encoding: 'utf8',
  })
  return status === 0 ? stdout : undefined
}

function compileErlang(): string {
  const folder = mkdtempSync(join(tmpdir(), 'strata-bench-'))
  const { status, stderr, stdout } = spawnSync('erlc', ['-o', folder, join(import.meta.dirname, 'erlang/bench.erl')], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`erlc failed: ${stdout}${stderr}`)
  return folder
}

function counts(): string[] {
  return WORKLOADS.map(({ count }) => String(count))
}

function readFigures(command: string, args: readonly string[]): Figures {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`)
  const figures = new Map<string, Figure[]>()
  for (const line of stdout.split('\n')) {
    const [name, wall, cpu] = line.split(' ')
    if (name === undefined || wall === undefined || cpu === undefined) continue
    const list = figures.get(name) ?? []
    list.push({ wall: Number(wall), cpu: Number(cpu) })
    figures.set(name, list)
  }
  return figures
}

/** The median of a workload's measurements in one run, the first of which only warmed up. */
function medianOfRun(figures: Figures, { name, unit }: Workload, clock: keyof Figure): number {
  const list = (figures.get(name) ?? []).map((figure) => figure[clock])
  return median(unit === 'bytes' ? list : list.slice(1))
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  if (low === undefined || high === undefined) throw new Error('nothing was measured')
  return (low + high) / 2
}

function describe(): string {
  const cores = availableParallelism()
  const load = loadavg()[0] ?? 0
  const peer = erlang === undefined ? 'no Erlang installed' : `Erlang/OTP ${erlang} (\`erl +S 1:1\`, JIT)`
  const head = [
    `${new Date().toISOString().slice(0, 10)}: ${cores} cores (${process.arch}), ${process.platform}, Node ${process.versions.node}, one scheduler; ${peer}.`,
    `Medians of ${RUNS} interleaved runs, lowest and highest in brackets. Times are processor time of the whole OS process, all its threads; the last column compares by the wall's clock.`,
    ...(load > cores ? [`The machine was busy with other work (load ${load.toFixed(0)} on ${cores} cores): repeat on a quiet one.`] : []),
  ].join('\n')
  const rows = WORKLOADS.map((workload) => {
    const mine = ours.map((figures) => medianOfRun(figures, workload, 'cpu'))
    if (theirs.length === 0) return `| ${workload.title} | ${spread(mine, workload.unit)} | not measured | | ${workload.target}× | |`
    const other = theirs.map((figures) => medianOfRun(figures, workload, 'cpu'))
    const cells = [workload.title, spread(mine, workload.unit), spread(other, workload.unit)]
    const wall = workload.unit === 'bytes' ? '' : ratioText(ratios(workload, 'wall'))
    return `| ${[...cells, `**${ratioText(ratios(workload, 'cpu'))}**`, `${workload.target}×`, wall].join(' | ')} |`
  })
  return [head, '', '| | ours | Erlang | ratio | target | by the clock |', '|---|---|---|---|---|---|', ...rows].join('\n')
}

/** Erlang's figure divided by ours, run by run. */
function ratios(workload: Workload, clock: keyof Figure): readonly number[] {
  return theirs.map((figures, run) => medianOfRun(figures, workload, clock) / medianOfRun(ours[run] ?? new Map(), workload, clock))
}

function ratioText(numbers: readonly number[]): string {
  return `${median(numbers).toFixed(2)}× (${Math.min(...numbers).toFixed(2)}–${Math.max(...numbers).toFixed(2)})`
}

function spread(figures: readonly number[], unit: Workload['unit']): string {
  return `${Math.round(median(figures))} ${unit} (${Math.round(Math.min(...figures))}–${Math.round(Math.max(...figures))})`
}

function writeTable(text: string): void {
  const readme = readFileSync(README, 'utf8')
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)]
  if (begin === -1 || end < begin) throw new Error(`${README} has lost its marks ${BEGIN} and ${END}`)
  writeFileSync(README, `${readme.slice(0, begin + BEGIN.length)}\n${text}\n${readme.slice(end)}`)
}
