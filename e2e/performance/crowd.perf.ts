import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { ProcessQuery } from '@strata/runtime'
import { PROCESS_SORTS } from '@strata/runtime/vocabulary'
import { secondClient, type SecondClient } from '../fixtures/second-client.ts'
import { expect, test } from '../fixtures/test.ts'

const PROCESSES = 100_000
/** So many of them get a message each second. */
const ACTIVE = 2_000
const WATCHED_MS = 20_000
const ASKED = 30

const CROWD = `import { receive, send, spawn } from '@strata/runtime/process'

export async function start(count, active) {
  const members = []
  for (let index = 0; index < count; index++) {
    members.push(spawn(member, [], index % 100 === 0 ? { name: 'member-' + index } : {}))
    if (index % 2_000 === 1_999) await receive({ after: 0, match: () => false })
  }
  for (;;) {
    await receive({ after: 100, match: () => false })
    for (let index = 0; index < active / 10; index++) send(members[Math.floor(Math.random() * members.length)], 'work')
  }
}

async function member() {
  for (;;) {
    await receive()
    let sum = 0
    for (let index = 0; index < 200; index++) sum += index
  }
}
`

interface Figure {
  readonly what: string
  readonly figure: string
  readonly goal: string
}

test('100,000 live processes: answers of the table, frames while live, cost of watching', async ({ page, start }) => {
  test.setTimeout(900_000)
  const server = await start({
    'strata.config.ts': `export default { name: 'crowd', start: [{ module: 'crowd', export: 'start', args: [${PROCESSES}, ${ACTIVE}], name: 'top' }] }\n`,
    'crowd.ts': CROWD,
  })
  const client = secondClient(server)
  await expect.poll(async () => (await client.processes.list.query({ limit: 0 })).total, { timeout: 300_000 }).toBeGreaterThan(PROCESSES)
  const figures: Figure[] = []
  const runtime = (await client.system.info.query()).runtime.osPid ?? 0

  const alone = await cpuShare(runtime, WATCHED_MS)
  for (const [what, query] of Object.entries(QUERIES)) {
    const times: number[] = []
    for (let round = 0; round < ASKED; round++) times.push(await timed(() => client.processes.list.query({ ...query, limit: 100 })))
    figures.push({
      what: `a page of the table, ${what}`,
      figure: `${ms(at(times, 0.5))} median, ${ms(at(times, 0.95))} p95`,
      goal: 'under 100 ms',
    })
  }

  await server.open(page)
  const first = await timed(async () => {
    await page.goto(server.url)
    await expect(page.getByRole('heading', { level: 1 })).toContainText('live in')
  })
  figures.push({ what: 'first screen, to the sentence', figure: ms(first), goal: 'under 1 s' })
  const overview = await cpuShare(runtime, WATCHED_MS)
  await page.goto(`${server.url}/processes?sort=reductionsPerSecond&descending=1`)
  await expect(page.getByRole('table', { name: 'Processes' })).toBeVisible()
  const [frames, table] = await Promise.all([frameTimes(page, WATCHED_MS), cpuShare(runtime, WATCHED_MS)])
  figures.push(
    {
      what: 'frames while the table is live',
      figure: `${ms(at(frames, 0.5))} median, ${ms(at(frames, 0.95))} p95, ${ms(Math.max(...frames))} longest`,
      goal: 'no jank',
    },
    { what: 'the runtime with nobody watching', figure: percent(alone), goal: '' },
    { what: 'one browser on the Overview costs the runtime', figure: percent(overview - alone), goal: 'under 5 % of a core' },
    { what: 'one browser on the table, sorted by a rate, costs the runtime', figure: percent(table - alone), goal: 'under 5 % of a core' },
  )
  console.table(figures)
  if (process.env['UPDATE_FIGURES'] === '1') writeFileSync(join(import.meta.dirname, '../performance.md'), report(figures))
  expect(await total(client)).toBeGreaterThan(PROCESSES)
})

/** Each column that the table can be sorted by, and pages from the first to the last. */
const QUERIES = {
  ...Object.fromEntries(PROCESS_SORTS.map((sort) => [`by ${sort}`, { sort }])),
  'by reductions per second, largest first': { sort: 'reductionsPerSecond', descending: true },
  'by reductions, in the middle': { sort: 'reductions', offset: PROCESSES / 2 },
  'by reductions, the last': { sort: 'reductions', offset: PROCESSES - 100 },
  'by name, in the middle': { sort: 'name', offset: PROCESSES / 2 },
  'that contain a text, by name': { search: 'member', sort: 'name' },
  'that pin a generation': { module: 'crowd', generation: 1, sort: 'function' },
} satisfies Record<string, ProcessQuery>

async function total(client: SecondClient): Promise<number> {
  return (await client.processes.list.query({ limit: 0 })).total
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const before = performance.now()
  await act()
  return performance.now() - before
}

/** Processor time of an OS process over a while, as a share of one core. Linux. */
async function cpuShare(pid: number, durationMs: number): Promise<number> {
  const read = () => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    // utime and stime in ticks of 10 ms.
    return (Number(fields[11]) + Number(fields[12])) * 10
  }
  const before = read()
  await new Promise((resolve) => setTimeout(resolve, durationMs))
  return (read() - before) / durationMs
}

function frameTimes(page: Page, durationMs: number): Promise<number[]> {
  return page.evaluate(
    (duration) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = []
        const begun = performance.now()
        let last = begun
        const frame = (now: number) => {
          times.push(now - last)
          last = now
          if (now - begun < duration) requestAnimationFrame(frame)
          else resolve(times)
        }
        requestAnimationFrame(frame)
      }),
    durationMs,
  )
}

function at(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function report(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, figure, goal }) => `| ${what} | ${figure} | ${goal} |`).join('\n')
  return `# The console at ${PROCESSES.toLocaleString('en-US')} live processes

\`UPDATE_FIGURES=1 npm run e2e -- --config performance.config.ts\` made this: the real server and runtime, a real browser, ${ACTIVE.toLocaleString('en-US')} messages a second among the processes.
${cpus().length} cores (${cpus()[0]?.model.trim()}), load average ${loadavg()[0]?.toFixed(1)} when it ended: whatever else ran is in the figures. Processor time is that of the runtime's OS process over ${WATCHED_MS / 1_000} s, differences against nobody watching.

| what | measured | goal |
|---|---|---|
${rows}
`
}
