import { startScribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'

test('KILL4 who holds a scheduler is shown with its line and who waits; the scheduler is restarted by a typed plan', async ({
  page,
  start,
}) => {
  const scribe = await startScribe(start, { documents: 2, deploys: 0 })
  await scribe.load('generations/session/6-endless.ts')
  const mad = await scribe.open('mad.md', '# Mad\n')
  const before = await scribe.pids()
  const plan = new PlanDialog(page)
  const receipt = new ActPage(page)
  await scribe.server.open(page, '/schedulers')
  const card = page.getByRole('region', { name: 'Scheduler 1' })
  await expect(card.getByText('held', { exact: true })).toBeHidden()
  await scribe.send(mad, { type: 'edit', text: 'loop forever' })
  await expect(card.getByText(new RegExp(`${mad} has held it for`))).toBeVisible()
  await expect(card).toContainText(/session@\d+/)
  await expect(card.getByRole('meter', { name: 'Heap, with buffers' })).toBeVisible()

  await card.getByRole('button', { name: 'Restart…' }).click()
  await expect(plan.cancel).toBeFocused()
  await expect(plan.dialog).toContainText(`${mad} is holding`)
  await expect(plan.dialog).toContainText('Healthy, end with it')
  await plan.confirmBy('scheduler 1', 'it never ends')
  await expect(receipt.heading).toContainText('restart scheduler 1')
  await expect(page.getByText('Scheduler 1 is back')).toBeVisible()
  const after = await scribe.pids()
  expect(after.filter((pid) => before.includes(pid))).toEqual([])
})
