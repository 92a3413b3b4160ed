import { startScribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { OverviewPage } from '../pages/overview.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'
import { ProcessPage } from '../pages/process.page.ts'
import { ProcessesPage } from '../pages/processes.page.ts'

test('KILL1 two selected processes are killed and a third lives on', async ({ page, start }) => {
  const scribe = await startScribe(start, { documents: 3, deploys: 0 })
  const [first, second, third] = await scribe.pidsIn(1)
  const before = await scribe.pids()
  const processes = new ProcessesPage(page)
  const plan = new PlanDialog(page)
  const receipt = new ActPage(page)

  await processes.open(scribe.server, '?module=session')
  await processes.select(first!, second!)
  await expect(processes.selection).toContainText('2 processes selected')
  await processes.kill(2)
  await expect(plan.cancel).toBeFocused()
  await plan.confirmBy('2', 'mad and bad')

  await expect(receipt.heading).toContainText('kill 2 processes')
  await expect(receipt.item(first!)).toContainText('killed')
  await expect(receipt.item(second!)).toContainText('killed')
  // What each said of its state before it was ended stands beside it.
  await expect(receipt.item(first!).locator('summary')).toHaveText(/\S/)
  expect(await scribe.pids()).toEqual(before.filter((pid) => pid !== first && pid !== second))
  expect((await scribe.preview(third!)).own.generation).toBe(1)
})

test('CANCEL1 a kill can be taken back for 5 s by one key, its receipt survives a reload, and the process lives on', async ({
  page,
  start,
}) => {
  const scribe = await startScribe(start, { documents: 1, deploys: 0 })
  const [pid] = await scribe.pidsIn(1)
  const process = new ProcessPage(page)
  const receipt = new ActPage(page)

  await process.open(scribe.server, pid!)
  await process.killSoon('slipped')
  await expect(receipt.timer).toHaveText(/^in [1-5] s$/)
  await expect(receipt.cancel).toBeFocused()
  await page.keyboard.press('Enter')
  const taken = page.getByText('Taken back before it began: nobody was touched.')
  await expect(taken).toBeVisible()
  await page.reload()
  await expect(taken).toBeVisible()
  expect((await scribe.preview(pid!)).own.generation).toBe(1)
})

test('KILL4 a process in an endless loop is shown as holding its scheduler, is killed, and the rest goes on', async ({ page, start }) => {
  const scribe = await startScribe(start, { documents: 2, deploys: 0 })
  const [healthy] = await scribe.pidsIn(1)
  await scribe.load('generations/session/6-endless.ts')
  const mad = await scribe.open('mad.md', '# Mad\n')
  const process = new ProcessPage(page)
  const overview = new OverviewPage(page)

  await scribe.server.open(page)
  await scribe.send(mad, { type: 'edit', text: 'loop forever' })
  const need = overview.needs.getByRole('link', { name: new RegExp(`held by ${mad}`) })
  await expect(need).toContainText(/session/)
  await need.click()
  await expect(process.heading).toContainText(mad)
  await expect(page.getByText('This process is holding')).toBeVisible()

  await process.killSoon('it never ends')
  const receipt = new ActPage(page)
  await receipt.hurry()
  await expect(receipt.item(mad)).toContainText('killed')
  expect(await scribe.pids()).not.toContain(mad)
  expect((await scribe.preview(healthy!)).own.generation).toBe(1)
  const fresh = await scribe.open('after.md', '# After\n')
  expect((await scribe.preview(fresh)).own.output).toContain('After')
  // TURN1 The turn that was cut was longer than the limit: that stays.
  await page.goto(scribe.server.url)
  const turns = overview.needs.getByRole('link', { name: /turns? in session took longer than 1 s/ })
  await expect(turns).toContainText(`by ${mad}`)
  await turns.click()
  await expect(page.getByRole('list', { name: 'Events' }).getByText(new RegExp(`${mad} had scheduler 1 for .* in one turn`))).toHaveCount(1)
})
