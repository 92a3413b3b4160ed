import { startRooms } from '../fixtures/rooms.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { ModulePage } from '../pages/module.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'
import { ProcessPage } from '../pages/process.page.ts'

test('PIN5 a purge ends those of its plan, those that fall with them by links, and nobody else', async ({ page, start }) => {
  const rooms = await startRooms(start)
  const pids = await rooms.byName()
  const module = new ModulePage(page)
  const plan = new PlanDialog(page)
  const receipt = new ActPage(page)

  await module.open(rooms.server, 'room')
  await module.forcePurge(1).click()
  await expect(plan.victims.getByRole('link')).toHaveCount(3)
  expect([...(await plan.pids(plan.victims))].sort()).toEqual([pids['ada'], pids['bob'], pids['cleo']].sort())
  expect(await plan.pids(plan.fallen)).toEqual([pids['guest']])

  await rooms.send('cleo', { type: 'close' })
  await rooms.untilLive('house', 'ada', 'bob', 'guest', 'dora')
  await plan.confirmBy('room@1', 'they are mad')

  await expect(receipt.item(pids['ada']!)).toContainText('killed')
  await expect(receipt.item(pids['bob']!)).toContainText('killed')
  await expect(receipt.item(pids['cleo']!)).toContainText('skipped')
  await expect(receipt.item(pids['guest']!)).toContainText('fell by a link')
  await expect(receipt.items).toHaveCount(4)
  await expect(page.getByText('they are mad')).toBeVisible()
  expect(await rooms.byName()).toEqual({ house: pids['house'], dora: pids['dora'] })

  await page.reload()
  await expect(receipt.items).toHaveCount(4)
})

test('KILL1 who would take others along by links is killed by the whole plan, with what waited for it in the receipt', async ({
  page,
  start,
}) => {
  const rooms = await startRooms(start)
  const pids = await rooms.byName()
  const process = new ProcessPage(page)
  const plan = new PlanDialog(page)
  const receipt = new ActPage(page)
  // The guest reads nothing.
  for (const word of ['hear', 'me']) await rooms.send('guest', { type: word })
  await process.open(rooms.server, pids['guest']!)
  await process.kill.click()
  await expect(plan.victims.getByRole('link')).toHaveCount(1)
  expect(await plan.pids(plan.fallen)).toEqual([pids['ada']])
  await plan.confirmBy('2', 'it sleeps')
  await receipt.hurry()
  await expect(receipt.item(pids['ada']!)).toContainText('fell by a link')
  const words = receipt.item(pids['guest']!).locator('summary')
  await expect(words).toHaveText('2 messages unread')
  await words.click()
  await expect(page.getByLabel(`Unread message 1 of ${pids['guest']}`)).toContainText('hear')
  expect(await rooms.names()).toEqual(['bob', 'cleo', 'dora', 'house'])
})

test('PLAN1 with one more process inside since the plan, the purge is refused with what changed', async ({ page, start }) => {
  const rooms = await startRooms(start)
  const before = await rooms.byName()
  const module = new ModulePage(page)
  const plan = new PlanDialog(page)

  await module.open(rooms.server, 'room')
  await module.forcePurge(1).click()
  await expect(plan.victims.getByRole('link')).toHaveCount(3)
  await rooms.send('ada', { type: 'split', name: 'eve' })
  await rooms.untilLive('house', 'ada', 'bob', 'cleo', 'guest', 'dora', 'eve')
  const { eve } = await rooms.byName()

  await plan.confirmBy('room@1')
  await expect(plan.dialog.getByRole('alert')).toContainText('nothing was done, nobody was touched')
  await expect(plan.dialog.getByRole('alert')).toContainText(`${eve} (eve) would be hit too`)
  await expect(plan.cancel).toBeFocused()
  expect(await rooms.byName()).toEqual({ ...before, eve })

  // What is shown now is the new plan; it holds.
  await expect(plan.victims.getByRole('link')).toHaveCount(4)
  await plan.confirmBy('room@1')
  await expect(new ActPage(page).items).toHaveCount(5)
  expect(await rooms.byName()).toEqual({ house: before['house'], dora: before['dora'] })
})
