import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { HELD } from '../fixtures/held.ts'
import { preferTheme } from '../fixtures/prefer-theme.ts'
import type { StrataServer } from '../fixtures/strata-server.ts'
import { expect, test } from '../fixtures/test.ts'
import { everyPage, holdScheduler, type Place } from '../pages/every-page.ts'
import { ShellPage } from '../pages/shell.page.ts'

for (const theme of ['dark', 'light'] as const) {
  test(`every page in the ${theme} theme: axe finds nothing, the content security policy is kept, nothing fails`, async ({
    page,
    scribe,
    picture,
  }) => {
    const faults = watchFaults(page)
    await page.goto(`${scribe.server.url}/sign-in`)
    await preferTheme(page, theme)
    await expect(page.getByRole('heading', { name: 'Sign in to Strata' })).toBeVisible()
    expect.soft(await findingsOf(page), 'sign-in').toEqual([])
    await picture(page, `sign-in-${theme}`)

    for (const place of await everyPage(scribe)) {
      await visit(page, scribe.server, place)
      expect.soft(await findingsOf(page), place.name).toEqual([])
      await picture(page, `${place.name}-${theme}`)
    }
    expect(faults).toEqual([])
  })
}

test('a scheduler that is held, then stuck: its pages keep the same in both themes and at 320 pixels', async ({ page, start, picture }) => {
  const server = await start(HELD)
  const shell = new ShellPage(page)
  const faults = watchFaults(page)
  const look = async (place: Place) => {
    await page.setViewportSize({ width: 1440, height: 900 })
    await visit(page, server, place)
    for (const theme of ['dark', 'light'] as const) {
      await preferTheme(page, theme)
      expect.soft(await findingsOf(page), `${place.name} ${theme}`).toEqual([])
      await picture(page, `${place.name}-${theme}`)
    }
    for (const width of [320, 390]) {
      await page.setViewportSize({ width, height: 844 })
      expect.soft(await shell.overflowWidth(), `${place.name} ${width}`).toBe(0)
    }
    await picture(page, `${place.name}-phone`)
  }
  for (const by of ['mill', 'press'] as const) {
    const places = await holdScheduler(server, by)
    for (const place of places) await look(place)
    if (by === 'mill') await server.json('kill', places[0]!.path.replace('/processes/', ''))
  }
  expect(faults).toEqual([])
})

test('no page scrolls sideways at a width of 320 pixels, and each works on a phone', async ({ page, scribe, picture }) => {
  await page.setViewportSize({ width: 320, height: 640 })
  await page.goto(`${scribe.server.url}/sign-in`)
  const shell = new ShellPage(page)
  expect.soft(await shell.overflowWidth(), 'sign-in').toBe(0)
  const places = await everyPage(scribe)
  for (const place of places) {
    await visit(page, scribe.server, place)
    expect.soft(await shell.overflowWidth(), place.name).toBe(0)
  }
  await page.setViewportSize({ width: 390, height: 844 })
  for (const place of places) {
    await visit(page, scribe.server, place)
    expect.soft(await shell.overflowWidth(), place.name).toBe(0)
    await picture(page, `${place.name}-phone`)
  }
})

async function visit(page: Page, server: StrataServer, { path, heading, name }: Place): Promise<void> {
  await server.open(page, path)
  await expect(page.getByRole('heading', { level: 1, includeHidden: true })).toHaveText(heading)
  // The page of components shows what is busy and what is not there yet, too.
  if (name !== 'components') await expect(page.locator('[aria-busy=true], [data-skeleton]')).toHaveCount(0)
  if (name === 'overview' || name === 'drain') await expect(page.locator('svg.recharts-surface').first()).toBeVisible()
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
    // A refusal is an answer too: who is on a scheduler that is stuck cannot be asked.
    const isRefusal = message.text().includes('status of 409')
    if (message.type() === 'error' && !isAnswer && !isRefusal) faults.push(`${page.url()} ${message.text()}`)
  })
  return faults
}
