import { secondClient } from '../fixtures/second-client.ts'
import { storeMinutes } from '../fixtures/stored-history.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { ModulePage } from '../pages/module.page.ts'
import { OverviewPage } from '../pages/overview.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'
import { ProcessPage } from '../pages/process.page.ts'
import { ProcessesPage } from '../pages/processes.page.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Ada moves when she is asked, bob answers nothing but his leave, cy nothing at all; the others leave in time. */
function guest(version: number): string {
  return `// version ${version}
import { receive } from '@strata/runtime/process'
import * as current from './guest.ts'

type Message = { type: 'leave' | 'upgrade' }
export const upgrade = { type: 'upgrade' }

export async function stay(): Promise<void> {
  const message = await receive<Message>()
  return message.type === 'leave' ? undefined : current.stay()
}

export async function sleep(): Promise<void> {
  await receive<Message>({ match: (message) => (message as Message).type === 'leave' })
}

export async function dream(): Promise<void> {
  await receive({ match: () => false })
}
`
}

const HOUSE = `import { receive, spawn } from '@strata/runtime/process'
export async function keep(): Promise<void> {
  spawn({ module: 'guest', export: 'stay' }, [], { name: 'ada' })
  spawn({ module: 'guest', export: 'sleep' }, [], { name: 'bob' })
  spawn({ module: 'guest', export: 'dream' }, [], { name: 'cy' })
  for (const name of ['dan', 'eve', 'fay', 'gus', 'hal']) spawn({ module: 'guest', export: 'stay' }, [], { name })
  await receive()
}
`

test('incident: a generation does not drain for nine days. Its curve says so, who pins it and why is seen, each is asked in its way, and it is soft-purged', async ({
  page,
  start,
  machineClock,
}) => {
  const clock = machineClock(-9 * DAY_MS)
  const server = await start(
    {
      'guest.ts': guest(1),
      'house.ts': HOUSE,
      'strata.config.ts': `export default { start: [{ module: 'house', export: 'keep', name: 'house' }] }\n`,
    },
    clock.env,
  )
  const client = secondClient(server)
  const living = async () => (await client.processes.list.query({ module: 'guest', limit: 50 })).rows
  await expect.poll(async () => (await client.metrics.samples.query({})).length).toBeGreaterThan(0)
  // What the minutes of nine days looked like, as the store would hold it: of its first seconds there is a sample already.
  await server.crash()
  storeMinutes(server, (9 * DAY_MS) / MINUTE_MS, { module: 'guest', generation: 1, pins: 3 })
  await server.startAgain()
  await expect.poll(async () => (await living()).length).toBe(8)
  await client.modules.load.mutate({ sources: [{ module: 'guest', text: guest(2) }], old: 'keep' })
  for (const { pid, name } of await living())
    if (!['ada', 'bob', 'cy'].includes(name ?? '')) await client.processes.send.mutate({ pid, message: { type: 'leave' } })
  await expect.poll(async () => (await living()).length).toBe(3)
  clock.pass(9 * DAY_MS)
  const overview = new OverviewPage(page)
  const module = new ModulePage(page)
  const processes = new ProcessesPage(page)
  const process = new ProcessPage(page)
  const plan = new PlanDialog(page)
  const receipt = new ActPage(page)

  await page.goto((await server.json<{ url: string }>('sign-in')).url)
  const need = overview.needs.getByRole('link', { name: 'guest@1 is pinned longer than 1 d, by 3 processes' })
  await expect(need).toBeVisible()

  await test.step('its curve is flat, and says for how long', async () => {
    await overview.stack('guest').getByRole('link', { name: 'guest', exact: true }).click()
    await expect(module.layer(1)).toContainText('oldest 9 d')
    await expect(module.layer(1)).toContainText('not draining for')
    await page.getByRole('tab', { name: 'Drain' }).click()
    await page.getByRole('link', { name: '30 d' }).click()
    await expect(page.getByText('not draining for 9 d or longer')).toBeVisible()
  })

  await test.step('who pins it, and why', async () => {
    await page.goto(server.url)
    await need.click()
    await expect(processes.rows).toHaveCount(3)
    await processes.rows.filter({ hasText: 'bob' }).getByRole('link').first().click()
    await expect(process.pins).toHaveCount(1)
    await expect(process.pins).toContainText(/a frame on its stack.*sleep.*guest\.ts:14.*9 d ago/)
  })

  await test.step('bob is told, cy is sent away, ada moves on', async () => {
    await process.act('Send message…')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Message (JSON)' }).fill('{ "type": "leave" }')
    await dialog.getByRole('button', { name: 'Send' }).click()
    await expect(dialog.getByText('Sent: it is in the queue of the process')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByText('has ended', { exact: false }).first()).toBeVisible()

    await page.goto(`${server.url}/modules/guest`)
    await module.upgrade(1).click()
    await expect(plan.dialog).toContainText('2 processes are asked to move to guest@2')
    await plan.confirm.click()
    await expect(receipt.items.filter({ hasText: 'ada' })).toContainText('moved')
    const dreamer = receipt.items.filter({ hasText: 'cy' })
    await expect(dreamer).toContainText('not yet')

    await dreamer.getByRole('link').first().click()
    await process.act('Exit…')
    await dialog.getByRole('textbox', { name: 'Why' }).fill('it has dreamt for nine days')
    await dialog.getByRole('button', { name: /^Send exit/ }).click()
    await expect(dialog.getByText(/ended/)).toBeVisible()
  })

  await test.step('nobody pins it: a soft purge takes it', async () => {
    await page.goto(`${server.url}/modules/guest`)
    await expect(module.layer(1)).toContainText('drained')
    await module.softPurge(1).click()
    await expect(module.notice(/Generation 1 was soft-purged/)).toBeVisible()
    await page.goto(server.url)
    await expect(overview.sentence).toContainText('1 process lives in 1 generation of guest')
    await expect(need).toHaveCount(0)
  })
  expect((await client.processes.list.query({ limit: 50 })).rows.map(({ name }) => name).sort()).toEqual(['ada', 'house'])
})
