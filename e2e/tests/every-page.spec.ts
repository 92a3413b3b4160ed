import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { HELD } from '../fixtures/held.ts'
import { preferTheme } from '../fixtures/prefer-theme.ts'
import type { StrataServer } from '../fixtures/strata-server.ts'
import { expect, test } from '../fixtures/test.ts'
import { everyPage, holdScheduler, type Place } from '../pages/every-page.ts'
import { ShellPage } from '../pages/shell.page.ts'

/** What a theme can break: the other rules look at the same document in both. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']
const softly = expect.configure({ soft: true })
const DESK = { width: 1440, height: 900 }
/** Narrower ones, too: a desk at a zoom of 200 %, and phones. */
const NARROW = [
  [720, 450],
  [320, 640],
  [390, 844],
] as const

test('every page: axe finds nothing in either theme, nothing fails, and no width down to 320 pixels scrolls it sideways', async ({
  page,
  scribe,
  picture,
}) => {
  const faults = watchFaults(page)
  await page.goto(`${scribe.server.url}/sign-in`)
  await expect(page.getByRole('heading', { name: 'Sign in to Strata' })).toBeVisible()
  await look(page, 'sign-in', picture)
  for (const place of await everyPage(scribe)) {
    await visit(page, scribe.server, place)
    await look(page, place.name, picture)
  }
  expect(faults).toEqual([])
})

test('a scheduler that is held, then stuck: its pages keep the same in both themes and at 320 pixels', async ({ page, start, picture }) => {
  const server = await start(HELD)
  const faults = watchFaults(page)
  for (const by of ['mill', 'press'] as const) {
    const places = await holdScheduler(server, by)
    for (const place of places) {
      await visit(page, server, place)
      await look(page, place.name, picture)
    }
    if (by === 'mill') await server.json('kill', places[0]!.path.replace('/processes/', ''))
  }
  expect(faults).toEqual([])
})

/** One page in both themes, and at lesser widths. */
async function look(page: Page, name: string, picture: (page: Page, name: string) => Promise<void>): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await preferTheme(page, theme)
    expect.soft(await findingsOf(page, theme === 'light' ? COLOUR_RULES : []), `${name} ${theme}`).toEqual([])
    await picture(page, `${name}-${theme}`)
  }
  const shell = new ShellPage(page)
  for (const [width, height] of NARROW) {
    await page.setViewportSize({ width, height })
    // Charts follow a moment later.
    await softly.poll(() => shell.overflowWidth(), { message: `${name} ${width}` }).toBe(0)
  }
  await picture(page, `${name}-phone`)
  await page.setViewportSize(DESK)
}

async function visit(page: Page, server: StrataServer, { path, heading, name }: Place): Promise<void> {
  await server.open(page, path)
  await expect(page.getByRole('heading', { level: 1, includeHidden: true })).toHaveText(heading)
  // The page of components shows what is busy and what is not there yet, too.
  if (name !== 'components') await expect(page.locator('[aria-busy=true], [data-skeleton]')).toHaveCount(0)
  if (name === 'overview' || name === 'drain') await expect(page.locator('svg.recharts-surface').first()).toBeVisible()
  if (name === 'crashes') await page.getByText('Latest report').first().click()
  if (name === 'plan') await expect(page.getByRole('dialog').getByRole('button', { name: /^End / })).toBeVisible()
}

/** What axe finds, one line each; by all its rules where none are named. */
async function findingsOf(page: Page, rules: readonly string[]): Promise<readonly string[]> {
  // Its types are those of another copy of Playwright. Its other mode opens a further page each time, for frames, of which none is looked at.
  const axe = new AxeBuilder({ page: page as never }).exclude('iframe').setLegacyMode()
  const { violations } = await (rules.length === 0 ? axe : axe.withRules([...rules])).analyze()
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
