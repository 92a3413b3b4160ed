import { gzipSync } from 'node:zlib'
import { startScribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'
import { OverviewPage } from '../pages/overview.page.ts'

const BYTES_MAX = 250_000

test('the sentence and the stacks are there before the charts have come, and the first screen is small', async ({ page, start }) => {
  const scribe = await startScribe(start, { documents: 4, deploys: 1 })
  const overview = new OverviewPage(page)
  await scribe.server.open(page, '/schedulers')
  const first = new Set<string>()
  const later = new Set<string>()
  let letCharts = (): void => {}
  const charts = new Promise<void>((resolve) => (letCharts = resolve))
  await page.route(/\/assets\/chart/, async (route) => {
    later.add(route.request().url())
    await charts
    await route.continue()
  })
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    if (pathname === '/' || (pathname.startsWith('/assets/') && !pathname.startsWith('/assets/chart'))) first.add(response.url())
  })
  await page.goto(scribe.server.url)
  await expect(overview.sentence).toContainText('live in 2 generations')
  await expect(overview.layer('session', 1)).toBeVisible()
  const bodies = await Promise.all([...first].map(async (url) => (await page.request.get(url)).body()))
  const bytes = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0)
  expect(later.size).toBeGreaterThan(0)
  expect(bytes, 'gzip, without the charts').toBeLessThan(BYTES_MAX)
  expect(bytes).toBeGreaterThan(50_000)

  letCharts()
  await expect(overview.chart('Processes by generation')).toBeVisible()
})
