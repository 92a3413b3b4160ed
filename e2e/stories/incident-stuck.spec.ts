import { secondClient } from '../fixtures/second-client.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { OverviewPage } from '../pages/overview.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'

const WAITS = `import { receive } from '@strata/runtime/process'
export async function start(): Promise<void> {
  while (true) await receive()
}
`

const PRINTER = `import { receive } from '@strata/runtime/process'
export async function start(): Promise<void> {
  const title = await receive<string>()
  const fits = /^(a+)+$/.test(title)
  if (fits) await receive()
}
`

/** On scheduler 1 a press with its printer and two who wait for it, on 2 two clerks who do not. */
const PRESS = `import { receive, send, spawn, whereis } from '@strata/runtime/process'
export async function start(): Promise<void> {
  const printer = spawn({ module: 'printer', export: 'start' }, [], { name: 'printer' })
  const readers = ['ann', 'bo'].map((name) => spawn({ module: 'waits', export: 'start' }, [], { name }))
  for (const name of ['cy', 'di'])
    if (whereis(name) === undefined) spawn({ module: 'waits', export: 'start' }, [], { name, scheduler: 2 })
  const title = await receive<string>()
  for (const pid of [printer, ...readers]) send(pid, title)
  await receive()
}
`

test('incident: a scheduler is stuck. It is found from the Overview, with its line and who waits, restarted by a plan, and all else lives', async ({
  page,
  start,
}) => {
  const server = await start(
    {
      'waits.ts': WAITS,
      'printer.ts': PRINTER,
      'press.ts': PRESS,
      'strata.config.ts': `export default { start: [{ module: 'press', export: 'start', name: 'press' }] }\n`,
    },
    { STRATA_SCHEDULERS: '2' },
  )
  const client = secondClient(server)
  const byName = async () =>
    Object.fromEntries((await client.processes.list.query({ limit: 50 })).rows.map(({ pid, name }) => [name ?? pid, pid]))
  await expect.poll(async () => Object.keys(await byName()).sort()).toEqual(['ann', 'bo', 'cy', 'di', 'press', 'printer'])
  const before = await byName()
  const overview = new OverviewPage(page)
  const plan = new PlanDialog(page)

  await server.open(page)
  await expect(overview.sentence).toContainText('processes live in')
  await expect(overview.needs.getByText('stuck')).toHaveCount(0)
  await client.processes.send.mutate({ pid: before['press']!, message: `${'a'.repeat(40)}b` })

  const need = overview.needs.getByRole('link', { name: /Scheduler 1 is stuck/ })
  await expect(need).toContainText(`${before['printer']} is in one native call at printer.ts:4`)
  await expect(need).toContainText('2 processes wait behind it')
  // Who is on the scheduler that cannot answer is unknown, not nobody.
  await expect(overview.sentence).toContainText('or more processes live in')

  await need.click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(before['printer']!)
  await expect(page.getByText('This process is stuck')).toBeVisible()
  await expect(page.getByRole('definition').filter({ hasText: 'printer.ts:4' })).toBeVisible()
  await expect(page.getByRole('definition').filter({ hasText: '2 processes' })).toBeVisible()
  await page.goto(`${server.url}/processes/${before['ann']}`)
  await expect(page.getByText('Scheduler 1 is stuck: this process gets no turn')).toBeVisible()

  await page.getByRole('link', { name: 'Restart scheduler 1…' }).click()
  await expect(plan.dialog).toContainText(`${before['printer']} is stuck`)
  await expect(plan.dialog).toContainText('printer.ts:4')
  await expect(plan.dialog).toContainText(/Start again.*press/)
  await plan.confirmBy('scheduler 1', 'a title that no pattern fits')
  await expect(new ActPage(page).heading).toContainText('restart scheduler 1')
  await expect(page.getByText('Scheduler 1 is back')).toBeVisible()

  // Who was on the other scheduler has felt nothing; what ended with this one was started again.
  await expect.poll(async () => (await client.processes.list.query({ limit: 50 })).total).toBe(6)
  const { rows } = await client.processes.list.query({ limit: 50 })
  expect(rows.filter(({ pid }) => pid === before['cy'] || pid === before['di'])).toHaveLength(2)
  expect(rows.map(({ pid }) => pid)).not.toContain(before['printer'])
  await page.goto(server.url)
  await expect(overview.sentence).toContainText('processes live in')
  await expect(overview.needs.getByText('stuck')).toHaveCount(0)
})
