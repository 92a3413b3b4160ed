import { startScribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'
import { ProcessPage } from '../pages/process.page.ts'
import { ProcessesPage } from '../pages/processes.page.ts'

test('SUSP1 a document is suspended, keeps what is sent to it, and goes on once resumed', async ({ page, start }) => {
  const scribe = await startScribe(start, { documents: 2, deploys: 0 })
  const [pid] = await scribe.pidsIn(1)
  const process = new ProcessPage(page)
  await process.open(scribe.server, pid!)
  await process.suspend.click()
  await expect(page.getByText('This process is suspended')).toBeVisible()
  await scribe.send(pid!, { type: 'edit', text: 'Written while it slept.' })
  await expect(process.fact('Queue')).toContainText('1 waiting')
  await process.resume.click()
  await expect(process.fact('Queue')).toContainText('empty')
  expect((await scribe.preview(pid!)).document).toContain('Written while it slept.')
})

test('SUSP2 several are suspended by a plan that says how many', async ({ page, start }) => {
  const scribe = await startScribe(start, { documents: 3, deploys: 0 })
  const [first, second] = await scribe.pidsIn(1)
  const processes = new ProcessesPage(page)
  const plan = new PlanDialog(page)
  const receipt = new ActPage(page)
  await processes.open(scribe.server, '?module=session')
  await processes.select(first!, second!)
  await processes.selection.getByRole('button', { name: 'Suspend 2…' }).click()
  await plan.confirmBy('2', 'they fight')
  await expect(receipt.heading).toContainText('suspend 2 processes')
  await expect(receipt.item(first!)).toContainText('suspended')
  await expect(page.getByText('2 of 2 suspended')).toBeVisible()
})

test('EXIT3 a document is sent an exit signal with a reason, which stands in the activity', async ({ page, start }) => {
  const scribe = await startScribe(start, { documents: 2, deploys: 0 })
  const [pid] = await scribe.pidsIn(1)
  const process = new ProcessPage(page)
  await process.open(scribe.server, pid!)
  await process.exit.click()
  const dialog = page.getByRole('dialog', { name: `Exit ${pid}` })
  await dialog.getByRole('textbox', { name: 'Exit reason' }).fill('kill')
  await expect(dialog.getByText('use Kill instead').first()).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Exit reason' }).fill('moving house')
  await dialog.getByRole('button', { name: `Send exit to ${pid}` }).click()
  await expect(dialog).toContainText(`${pid} has ended`)
  await scribe.server.open(page, '/activity')
  await expect(page.getByText('sent the exit signal "moving house"')).toBeVisible()
})
