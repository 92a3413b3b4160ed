import type { Page } from '@playwright/test'
import { secondClient } from '../fixtures/second-client.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { ModulePage } from '../pages/module.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'

function room(version: number): string {
  return `// version ${version}
import { receive } from '@strata/runtime/process'
export async function open(): Promise<void> {
  await receive()
}
`
}

/** Rooms on both schedulers, and on the second one somebody who can sit in one native call. */
const HOUSE = `import { receive, spawn } from '@strata/runtime/process'
export async function keep(): Promise<void> {
  for (const [name, scheduler] of [['ada', 1], ['bob', 2]] as const) spawn({ module: 'room', export: 'open' }, [], { name, scheduler })
  spawn({ module: 'house', export: 'snore' }, [], { name: 'snorer', scheduler: 2 })
  await receive()
}

export async function snore(): Promise<void> {
  const dream = await receive<string>()
  const fits = /^(a+)+$/.test(dream)
  if (fits) await receive()
}
`

test('a server vanishes for a minute in the midst of a purge: the console says so, offers nothing that cannot be undone, comes back signed in, and the receipt tells the truth', async ({
  page,
  start,
}) => {
  const server = await start(
    {
      'room.ts': room(1),
      'house.ts': HOUSE,
      'strata.config.ts': `export default { start: [{ module: 'house', export: 'keep', name: 'house' }] }\n`,
    },
    { STRATA_SCHEDULERS: '2' },
  )
  const client = secondClient(server)
  const byName = async () =>
    Object.fromEntries((await client.processes.list.query({ limit: 50 })).rows.map(({ pid, name }) => [name ?? pid, pid]))
  await expect.poll(async () => Object.keys(await byName()).sort()).toEqual(['ada', 'bob', 'house', 'snorer'])
  const pids = await byName()
  await client.modules.load.mutate({ sources: [{ module: 'room', text: room(2) }], old: 'keep' })
  const module = new ModulePage(page)
  const plan = new PlanDialog(page)
  const receipt = new ActPage(page)
  await page.clock.install()

  await module.open(server, 'room')
  const other = await page.context().newPage()
  await new ModulePage(other).open(server, 'room')
  await module.forcePurge(1).click()
  await expect(plan.victims.getByRole('link')).toHaveCount(2)
  // The second scheduler cannot answer any more, so the purge is under way for as long as it waits.
  await client.processes.send.mutate({ pid: pids['snorer']!, message: `${'a'.repeat(40)}b` })
  await expect.poll(async () => (await client.schedulers.list.query()).map(({ status }) => status)).toContain('stuck')
  await plan.confirmBy('room@1', 'they are mad')
  await expect
    .poll(async () => (await client.acts.list.query({ module: 'room' })).map(({ status, verb }) => [verb, status]), { intervals: [20] })
    .toEqual([['purge', 'running']])
  await server.crash()

  const stopped = (where: Page) => where.getByRole('alert').filter({ hasText: 'Live data stopped' })
  await expect(stopped(page)).toBeVisible()
  await expect(stopped(other)).toBeVisible()
  await page.clock.fastForward('01:00')
  await expect(stopped(page)).toContainText(/1 m \d\d s ago/)
  await expect(plan.confirm).toHaveAttribute('aria-disabled', 'true')
  await expect(plan.dialog).toContainText('The server did not answer')
  await expect(new ModulePage(other).softPurge(1)).toHaveAttribute('aria-disabled', 'true')
  const answer = plan.dialog.getByRole('link', { name: 'Its receipt, if it began' })
  await expect(answer).toBeVisible()

  await server.startAgain()
  await expect(stopped(page)).toBeHidden()
  await expect(stopped(other)).toBeHidden()
  // Nobody had been ended when it vanished: the generation is there, and the receipt does not say otherwise.
  await answer.click()
  await expect(receipt.heading).toContainText('purge room@1')
  await expect(page.getByText('The server ended while this act ran. The history shows nothing of it as done.')).toBeVisible()
  for (const name of ['ada', 'bob']) await expect(receipt.item(pids[name]!)).toContainText('interrupted')
  await page.getByRole('link', { name: 'Open room' }).click()
  await expect(module.layer(1)).toContainText('drained')
  await module.softPurge(1).click()
  await expect(module.notice(/Generation 1 was soft-purged/)).toBeVisible()
  await expect(new ModulePage(other).layer(1)).toHaveCount(0)
})
