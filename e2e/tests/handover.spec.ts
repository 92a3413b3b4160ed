import { startScribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'

test('HAND1 AUDIT5 the day shift gets a handover, and the trail as a file; both stand in Activity', async ({ page, start, picture }) => {
  const scribe = await startScribe(start, { documents: 3, deploys: 1 })
  await scribe.server.open(page, '/activity')
  await page.getByText('Write a handover').click()
  await page.getByRole('button', { name: 'Write', exact: true }).click()
  const text = page.getByLabel('Handover as Markdown')
  await expect(text).toContainText('# Handover of')
  await expect(text).toContainText('## Still pinned, and why')
  await picture(page, 'handover')
  await expect(page.getByText('wrote a handover of the last 12 hours')).toBeVisible()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export JSON lines' }).click()
  expect((await download).suggestedFilename()).toMatch(/^activity-.*\.jsonl$/)
  await expect(page.getByText(/exported \d+ entries of this trail as JSON lines/)).toBeVisible()
})

test('SET1 an operator’s limit shows at once, with who set it and why in Activity', async ({ page, start, picture }) => {
  const scribe = await startScribe(start, { documents: 1, deploys: 0 })
  await scribe.server.open(page, '/settings/limits')
  await expect(page.getByRole('row', { name: /^session/ })).toContainText('10 m')
  await page.getByLabel('Of', { exact: true }).selectOption('session')
  await page.getByLabel('Value').fill('45m')
  await page.getByLabel('Reason').fill('long documents')
  await page.getByRole('button', { name: 'Set', exact: true }).click()
  await expect(page.getByRole('row', { name: /^session/ })).toContainText('45 m')
  await picture(page, 'limits')
  await page.getByRole('link', { name: 'Activity' }).first().click()
  await expect(page.getByText(/set “pinned longer than” of session from the default to 45 m/)).toBeVisible()
  await expect(page.getByText('long documents')).toBeVisible()
})
