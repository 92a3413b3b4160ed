import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import type { Scribe } from '../fixtures/scribe.ts'
import { preferTheme } from '../fixtures/prefer-theme.ts'
import { expect, test } from '../fixtures/test.ts'
import { everyPage, type Place } from '../pages/every-page.ts'
import { ShellPage } from '../pages/shell.page.ts'

for (const theme of ['dark', 'light'] as const) {
  test(`every page in the ${theme} theme: axe finds nothing, the content security policy is kept, nothing fails`, async ({
    page,
    scribe,
    picture,
  }) => {
    test.setTimeout(180_000)
    const faults = watchFaults(page)
    await page.goto(`${scribe.server.url}/sign-in`)
    await preferTheme(page, theme)
    await expect(page.getByRole('heading', { name: 'Sign in to Strata' })).toBeVisible()
    expect.soft(await findingsOf(page), 'sign-in').toEqual([])
    await picture(page, `sign-in-${theme}`)

    for (const place of await everyPage(scribe)) {
      await visit(page, scribe, place)
      expect.soft(await findingsOf(page), place.name).toEqual([])
      await picture(page, `${place.name}-${theme}`)
    }
    expect(faults).toEqual([])
  })
}

test('no page scrolls sideways at a width of 320 pixels, and each works on a phone', async ({ page, scribe, picture }) => {
  test.setTimeout(180_000)
  await page.setViewportSize({ width: 320, height: 640 })
  await page.goto(`${scribe.server.url}/sign-in`)
  const shell = new ShellPage(page)
  expect.soft(await shell.overflowWidth(), 'sign-in').toBe(0)
  const places = await everyPage(scribe)
  for (const place of places) {
    await visit(page, scribe, place)
    expect.soft(await shell.overflowWidth(), place.name).toBe(0)
  }
  await page.setViewportSize({ width: 390, height: 844 })
  for (const place of places) {
    await visit(page, scribe, place)
    expect.soft(await shell.overflowWidth(), place.name).toBe(0)
    await picture(page, `${place.name}-phone`)
  }
})

async function visit(page: Page, scribe: Scribe, { path, heading, name }: Place): Promise<void> {
  await scribe.server.open(page, path)
  await expect(page.getByRole('heading', { level: 1, includeHidden: true })).toHaveText(heading)
  // The page of components shows what is busy, too.
  if (name !== 'components') await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
  if (name === 'crashes') await page.getByText('Latest report').first().click()
  if (name === 'plan') await expect(page.getByRole('dialog').getByRole('button', { name: /^End / })).toBeVisible()
}

/** What axe finds, one line each. */
async function findingsOf(page: Page): Promise<readonly string[]> {
  // Its types are those of another copy of Playwright.
  const { violations } = await new AxeBuilder({ page: page as never }).exclude('iframe').analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${String(target)} ${failureSummary ?? ''}`))
}

/** Errors of the console: failed scripts, broken rules of the content security policy. */
function watchFaults(page: Page): readonly string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`${page.url()} ${error.message}`))
  page.on('console', (message) => {
    // Signed out, the sign-in page asks whether another tab has signed in meanwhile, and is told no.
    const isAnswer = page.url().endsWith('/sign-in') && message.text().includes('status of 401')
    if (message.type() === 'error' && !isAnswer) faults.push(`${page.url()} ${message.text()}`)
  })
  return faults
}
