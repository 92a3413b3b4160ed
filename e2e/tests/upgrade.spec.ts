import { startScribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { ModulePage } from '../pages/module.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'
import { ProcessPage } from '../pages/process.page.ts'

test('UPG1 an upgraded document keeps its text and count of edits, and answers from the current generation', async ({ page, start }) => {
  const scribe = await startScribe(start, { documents: 1, deploys: 0 })
  const pid = await scribe.open('mine.md', '# My heading\n\nFirst line.\n')
  for (const text of ['Second line.', 'Third line.']) await scribe.server.json('send', pid, JSON.stringify({ type: 'edit', text }))
  await scribe.load('generations/session/3-marked-7.ts')
  expect((await scribe.layer(1))?.pins).toBe(2)
  const before = await scribe.preview(pid)
  const process = new ProcessPage(page)

  await process.open(scribe.server, pid)
  await expect(process.document).toContainText('Third line.')
  await expect(process.document).toContainText('edited 2 times')
  await expect(process.differs).toHaveText('session@1 and session@2 answer differently')
  await expect(process.side('its own', 'session@1')).toContainText('<h1 id="my-heading">')
  await expect(process.side('current', 'session@2')).toContainText('<h1>My heading</h1>')

  await process.upgrade.click()
  await new PlanDialog(page).confirm.click()
  const item = new ActPage(page).item(pid)
  await expect(item).toContainText('moved')
  await item.getByRole('link', { name: pid }).click()

  await expect(process.pins).toHaveCount(1)
  await expect(process.pins).toContainText('session@2')
  await expect(process.document).toContainText('Third line.')
  await expect(process.document).toContainText('edited 2 times')
  await expect(process.answer('session@2')).toContainText('<h1>My heading</h1>')
  const after = await scribe.preview(pid)
  expect(after.document).toBe(before.document)
  expect(after.own).toEqual({ module: 'session', generation: 2, output: before.current?.output })

  await page.getByRole('link', { name: 'session@2', exact: true }).first().click()
  await expect(new ModulePage(page).layer(1)).toContainText('pinned by 1')
  await expect(new ModulePage(page).layer(2)).toContainText('pinned by 1')
})
