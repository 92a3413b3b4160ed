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
  await process.act('Exit…')
  const dialog = page.getByRole('dialog', { name: `Exit ${pid}` })
  await dialog.getByRole('textbox', { name: 'Exit reason' }).fill('kill')
  await expect(dialog.getByText('use Kill instead').first()).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Exit reason' }).fill('moving house')
  await dialog.getByRole('button', { name: `Send exit to ${pid}` }).click()
  await expect(dialog).toContainText(`${pid} has ended`)
  await scribe.server.open(page, '/activity')
  await expect(page.getByText('sent the exit signal "moving house"')).toBeVisible()
})

test('TRACE1 what a document gets and answers is traced live, stopped, copied, and stands in the activity', async ({
  page,
  context,
  start,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const scribe = await startScribe(start, { documents: 2, deploys: 0 })
  const [pid] = await scribe.pidsIn(1)
  const process = new ProcessPage(page)
  await process.open(scribe.server, pid!)
  await expect(page.getByText('No trace of it was made')).toBeVisible()
  await process.trace.click()
  await process.traceDialog.getByLabel('Messages at most').fill('1001')
  await expect(process.traceDialog.getByText('A whole number from 1 to 1000').first()).toBeVisible()
  await process.traceDialog.getByLabel('Messages at most').fill('50')
  await process.traceDialog.getByLabel('Seconds at most').fill('60')
  await process.traceDialog.getByRole('button', { name: 'Trace', exact: true }).click()
  await expect(page.getByText('Nothing yet')).toBeVisible()
  await scribe.send(pid!, { type: 'edit', text: 'Traced <b>now</b>.', token: 'secret' })
  await expect(process.traced.first()).toContainText('the host')
  await expect(process.traced.first()).toContainText('text: "Traced <b>now</b>.", token: «redacted»')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByText('It was stopped. 1 message seen.')).toBeVisible()
  await page.getByRole('button', { name: 'Copy as text' }).click()
  await expect(page.getByText('Copied')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(`the host → ${pid}  message  { type: "edit"`)
  await page.reload()
  await expect(process.traced).toHaveCount(1)
  await scribe.server.open(page, '/activity?type=reads')
  await expect(page.getByText(/stopped the trace of 1\.\d+, after 1 message\./)).toBeVisible()
  await expect(page.getByText(/traces messages of 1\.\d+, 50 at most, for/)).toBeVisible()
})
