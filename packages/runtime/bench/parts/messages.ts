import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { REPEATS, WORKLOADS, type Workload } from '../workloads.ts'
import { circumstances, median, NODE, ratioText, readFigures, spread } from './figures.ts'
import type { Figures } from './figures.ts'

// Interleaved runs, each a fresh OS process: ours, Erlang's, a peer's, ours, … so that a busy moment of the machine hits all.
const RUNS = 5
/** Peers from npm are slower by so much that fewer runs tell enough. */
const PEER_RUNS = 2
const FOLDER = join(import.meta.dirname, '..')
const PEERS = ['nact', 'effect', 'xstate'] as const

/** The same work on this runtime, on Erlang and on actors and fibers from npm. */
export function messagesPart(): string {
  const release = erlangRelease()
  if (release === undefined) {
    console.log('!! erl is not installed, so Erlang is left out: apt-get install -y --no-install-recommends erlang-base\n')
  }
  const beam = release === undefined ? undefined : compileErlang()
  const ours: Figures[] = []
  const erlang: Figures[] = []
  const peers = new Map<string, Figures[]>(PEERS.map((peer) => [peer, []]))
  for (let run = 0; run < RUNS; run++) {
    process.stderr.write(`  run ${run + 1} of ${RUNS}\n`)
    ours.push(runNode('measure.ts'))
    if (beam !== undefined) {
      const counts = WORKLOADS.flatMap(({ count, inErlang }) => (inErlang ? [String(count)] : []))
      erlang.push(readFigures('erl', ['+S', '1:1', '-noshell', '-pa', beam, '-run', 'bench', 'main', String(REPEATS), ...counts]))
    }
    if (run < PEER_RUNS) for (const peer of PEERS) peers.get(peer)?.push(runNode(`peers/${peer}.ts`))
  }
  if (beam !== undefined) rmSync(beam, { recursive: true })
  const rows = WORKLOADS.map((workload) => {
    const mine = ours.map((figures) => ofRun(figures, workload, 1))
    const compared = erlang.length > 0 && workload.inErlang
    const theirs = compared ? erlang.map((figures) => ofRun(figures, workload, 1)) : []
    const ratio = (clock: 0 | 1): string =>
      compared
        ? ratioText(erlang.map((figures, run) => ofRun(figures, workload, clock) / ofRun(ours[run] ?? new Map(), workload, clock)))
        : ''
    return [
      workload.title,
      spread(mine, workload.unit),
      compared ? spread(theirs, workload.unit) : '',
      compared ? `**${ratio(1)}**` : '',
      workload.target === undefined ? '' : `${workload.target}×`,
      workload.unit === 'bytes' ? '' : ratio(0),
      ...PEERS.map((peer) =>
        workload.isOurs === true
          ? ''
          : `${(median((peers.get(peer) ?? []).map((figures) => ofRun(figures, workload, 1))) / median(mine)).toFixed(1)}×`,
      ),
    ]
  })
  const head = `${circumstances()} One scheduler; Erlang/OTP ${release ?? 'not installed'} (\`erl +S 1:1\`, JIT). Medians of ${RUNS} interleaved runs (npm's: ${PEER_RUNS}), lowest and highest in brackets. Times are processor time of the whole OS process, all its threads; *by the clock* compares by the wall's. A ratio is the other's figure divided by ours.`
  const titles = ['', 'ours', 'Erlang', 'ratio', 'target', 'by the clock', ...PEERS]
  return [head, '', ...[titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)].join('\n')
}

function runNode(script: string): Figures {
  const [command, ...flags] = NODE
  return readFigures(command, [...flags, join(FOLDER, script)])
}

function erlangRelease(): string | undefined {
  const { status, stdout } = spawnSync('erl', ['-noshell', '-eval', 'io:format("~s", [erlang:system_info(otp_release)]), halt().'], {
    encoding: 'utf8',
  })
  return status === 0 ? stdout : undefined
}

function compileErlang(): string {
  const folder = mkdtempSync(join(tmpdir(), 'strata-bench-'))
  const { status, stderr, stdout } = spawnSync('erlc', ['-o', folder, join(FOLDER, 'erlang/bench.erl')], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`erlc failed: ${stdout}${stderr}`)
  return folder
}

/** The median of a workload's measurements in one run, the first of which only warmed up. */
function ofRun(figures: Figures, { name, unit }: Workload, clock: 0 | 1): number {
  const list = (figures.get(name) ?? []).map((figure) => figure[clock])
  return median(unit === 'bytes' ? list : list.slice(1))
}
