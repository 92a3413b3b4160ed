import type { Page } from '@playwright/test'
import { startScribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'
import { OverviewPage } from '../pages/overview.page.ts'
import { ProcessesPage } from '../pages/processes.page.ts'

/** A tenth of what Core Web Vitals call good. A figure that grows by a digit beside its legend takes 0.001; one line that pushes the page down, 0.03. */
const SHIFT_MAX = 0.01

test('nothing moves under the pointer while everything is live: new figures, new processes, something that needs somebody', async ({
  page,
  start,
}) => {
  const scribe = await startScribe(start, { documents: 12, deploys: 1 })
  const overview = new OverviewPage(page)
  const processes = new ProcessesPage(page)
  const [first] = await scribe.pidsIn(1)
  await watchShifts(page)

  await test.step('the Overview', async () => {
    await scribe.server.open(page)
    await expect(overview.figure('Processes by generation', 'session@1')).not.toHaveText('unknown')
    await forgetShifts(page)
    // Nothing else happens: the page learns of the limit by itself.
    await scribe.client.settings.setLimits.mutate({ module: 'session', limits: { pinnedLongerThanMs: 1_000 }, reason: 'soon' })
    await expect(overview.needs.getByRole('link', { name: /session@1 is pinned longer than 1 s/ })).toBeVisible()
    for (const text of ['one', 'two', 'three']) await scribe.send(first!, { type: 'edit', text })
    await scribe.open('new.md', '# New\n')
    await expect(overview.figure('Processes by generation', 'session@2')).not.toHaveText('0')
    expect(await shifts(page)).toBeLessThan(SHIFT_MAX)
  })

  await test.step('the processes', async () => {
    await processes.open(scribe.server, '?sort=startedAt&descending=1')
    await expect(processes.rows.first()).toBeVisible()
    const rows = await processes.rows.count()
    await forgetShifts(page)
    const opened = await scribe.open('newer.md', '# Newer\n')
    for (const text of ['four', 'five']) await scribe.send(first!, { type: 'edit', text })
    await expect(page.getByRole('button', { name: /^\+1 new/ })).toBeVisible()
    await expect(processes.rows).toHaveCount(rows)
    await expect(processes.row(opened)).toHaveCount(0)
    expect(await shifts(page)).toBeLessThan(SHIFT_MAX)
  })

  await test.step('a module', async () => {
    await scribe.server.open(page, '/modules/session?generation=1')
    await expect(page.getByRole('table', { name: 'Pins of generation 1' })).toBeVisible()
    await forgetShifts(page)
    await scribe.send(first!, { type: 'edit', text: 'six' })
    await scribe.open('newest.md', '# Newest\n')
    await expect(page.getByRole('article', { name: 'Generation 2' })).toContainText(/pinned by \d+/)
    expect(await shifts(page)).toBeLessThan(SHIFT_MAX)
  })
})

/** Has the browser sum what moved without anybody having touched anything. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifted = { sum: 0 }
    Object.assign(globalThis, { shifted })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) shifted.sum += entry.value
    }).observe({ type: 'layout-shift', buffered: true })
  })
}

function forgetShifts(page: Page): Promise<void> {
  return page.evaluate(() => {
    ;(globalThis as unknown as { shifted: { sum: number } }).shifted.sum = 0
  })
}

function shifts(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as { shifted: { sum: number } }).shifted.sum)
}
