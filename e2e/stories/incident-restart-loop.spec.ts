import { secondClient } from '../fixtures/second-client.ts'
import { expect, test } from '../fixtures/test.ts'
import { OverviewPage } from '../pages/overview.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'

const room = (version: number) => `// version ${version}
import { receive } from '@strata/runtime/process'
export async function start() { await receive() }
`

test('SAFE1 incident: a server restarts in a loop. It comes up in safe mode, names what was loaded last, is rolled back and let go', async ({
  page,
  start,
}) => {
  const server = await start({
    'room.ts': room(1),
    'strata.config.ts': `export default { start: [{ module: 'room', export: 'start', name: 'lobby' }] }\n`,
  })
  const client = secondClient(server)
  const overview = new OverviewPage(page)
  await server.open(page)
  await client.modules.load.mutate({ sources: [{ module: 'room', text: room(2) }], old: 'keep', note: 'a quicker lobby' })

  // Whatever watches over the server brings it back each time, and each time it ends at its start.
  for (let crash = 1; crash <= 3; crash++) await server.crashAndRestart()

  await expect(page.getByText('Safe mode: no process of the system runs.')).toBeVisible()
  await expect(page.getByText('Because the server ended 3 times at its start within five minutes.')).toBeVisible()
  await expect(overview.sentence).toContainText('No process lives in room')
  const last = page.getByRole('list', { name: 'Loaded last' })
  await expect(last).toContainText(/room@2 ?loaded .* by token: a quicker lobby/)
  expect((await server.json<{ total: number }>('ps')).total).toBe(0)

  await page.getByRole('link', { name: 'What happened' }).click()
  await expect(page.getByRole('list', { name: 'Events' }).getByText(/The server restarted after a crash/)).toHaveCount(3)
  await page.goBack()

  await last.getByRole('link', { name: 'Rollback to room@1…' }).click()
  const plan = new PlanDialog(page)
  await plan.reason.fill('since it was loaded the server ends at its start')
  await plan.confirm.click()
  await expect(page.getByText('Generation 1 of room is current')).toBeVisible()

  await page.goto(server.url)
  await page.getByRole('button', { name: 'Leave safe mode' }).click()
  await expect(page.getByText('Safe mode: no process of the system runs.')).toBeHidden()
  await expect(overview.sentence).toContainText('1 process lives in 1 generation of room')
  expect((await client.processes.list.query({})).rows).toMatchObject([{ name: 'lobby', generation: 1 }])
})
