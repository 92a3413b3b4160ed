import { startScribe } from '../fixtures/scribe.ts'
import { preferTheme } from '../fixtures/prefer-theme.ts'
import { expect, test } from '../fixtures/test.ts'
import { ModulePage } from '../pages/module.page.ts'

test('GEN15 the releases of a generation open its files, and the difference between two shows which changed', async ({
  page,
  start,
  picture,
}) => {
  const scribe = await startScribe(start, { documents: 2, deploys: 0 })
  await scribe.load('generations/session/2-marked-6.ts')
  const module = new ModulePage(page)
  await module.open(scribe.server, 'session')
  await page.getByRole('link', { name: 'Files of the packages of generation 2' }).click()
  const files = page.getByRole('table', { name: 'Files of packages in generation 2' })
  await expect(files.getByRole('row').nth(1)).toContainText(/marked 6\.0\.0.*[0-9a-f]{16}/)
  await expect(module.layer(2).getByRole('heading', { name: /^1 file of marked 6\.0\.0/ })).toBeVisible()
  await picture(page, 'packages-dark')

  await page.getByRole('link', { name: 'Difference to 1' }).click()
  const changed = page.getByRole('table', { name: 'Files of packages that differ between 1 and 2' })
  await expect(page.getByText('marked 4.3.0 → 6.0.0')).toBeVisible()
  await expect(changed.getByRole('row').nth(1)).toContainText(/4\.3\.0 [0-9a-f]{12}.*6\.0\.0 [0-9a-f]{12}/)
  await picture(page, 'packages-difference-dark')

  await preferTheme(page, 'light')
  await expect(changed).toBeVisible()
  await picture(page, 'packages-difference-light')
  await page.setViewportSize({ width: 390, height: 844 })
  await expect(changed).toBeVisible()
  await picture(page, 'packages-difference-phone')
  await page.getByRole('tab', { name: /^Layers/ }).click()
  await page.getByRole('link', { name: 'Files of the packages of generation 2' }).click()
  await expect(files).toBeVisible()
  await files.scrollIntoViewIfNeeded()
  await picture(page, 'packages-phone')
})
