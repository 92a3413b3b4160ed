import { startScribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { LoadPage } from '../pages/load.page.ts'
import { ModulePage } from '../pages/module.page.ts'
import { OverviewPage } from '../pages/overview.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'

const CHART = 'Processes by generation'

test('the chart follows a load and a purge, marks both, and its table has the figures of ./strata ps', async ({ page, context, start }) => {
  const scribe = await startScribe(start, { documents: 4, deploys: 0 })
  const overview = new OverviewPage(page)
  await scribe.server.open(page)
  await expect(overview.figure(CHART, 'session@1')).toHaveText('4')
  await expect(overview.figure(CHART, 'session@2')).toHaveCount(0)

  await test.step('a load under keep: a new band appears, the old one falls', async () => {
    const other = await context.newPage()
    await new LoadPage(other).open(scribe.server, '?module=session&file=generations/session/2-marked-6.ts')
    await new LoadPage(other).load('Keep')
    await expect(new ModulePage(other).layer(2)).toContainText('current')
    await other.close()
    await scribe.open('one.md', '# One\n')
    await scribe.open('two.md', '# Two\n')
    await scribe.close((await scribe.pidsIn(1))[0]!)
    await expect(overview.figure(CHART, 'session@1')).toHaveText('3')
    await expect(overview.figure(CHART, 'session@2')).toHaveText('2')
    // The loads of the start are the other mark.
    await expect(overview.marks(CHART, 'load')).toHaveCount(2)
  })

  await test.step('its table has the figures of ./strata ps', async () => {
    await overview.showTable(CHART)
    for (const generation of [1, 2]) {
      const { total } = await scribe.server.json<{ total: number }>('ps', '--module', 'session', '--generation', String(generation))
      expect((await overview.newestReading(CHART))[`session@${generation}`]).toBe(String(total))
    }
    await expect(overview.readings(CHART).filter({ hasText: 'load session@2' })).toHaveCount(1)
    await overview.showChart(CHART)
  })

  await test.step('a force purge: the band goes to zero by itself', async () => {
    const other = await context.newPage()
    await new ModulePage(other).open(scribe.server, 'session')
    await new ModulePage(other).forcePurge(1).click()
    await new PlanDialog(other).confirmBy('session@1')
    await expect(new ActPage(other).items).toHaveCount(3)
    await expect(overview.figure(CHART, 'session@1')).toHaveText('0')
    await expect(overview.marks(CHART, 'purge')).toHaveCount(1)
  })
})
