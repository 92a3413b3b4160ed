import { startScribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { LoadPage } from '../pages/load.page.ts'
import { ModulePage } from '../pages/module.page.ts'
import { OverviewPage } from '../pages/overview.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'
import { ProcessPage } from '../pages/process.page.ts'
import { ProcessesPage } from '../pages/processes.page.ts'
import { ShellPage } from '../pages/shell.page.ts'

test('somebody new takes the five first steps by exactly their clicks', async ({ page, start }) => {
  const scribe = await startScribe(start, { documents: 8, deploys: 3 })
  const shell = new ShellPage(page)
  const overview = new OverviewPage(page)
  const module = new ModulePage(page)
  const plan = new PlanDialog(page)
  const receipt = new ActPage(page)

  await scribe.server.open(page)
  await expect(overview.sentence).toContainText('8 documents live in 4 generations of session.')
  await expect(overview.steps).toContainText('0 of 5')

  await test.step('open a document in an old generation', async () => {
    const [oldest] = await scribe.pidsIn(1)
    await overview.takeStep('Open a document in an old generation')
    await new ProcessesPage(page).openProcess(oldest!)
    await expect(new ProcessPage(page).pins.first()).toContainText('session@1')
    await shell.goTo('Overview')
    await expect(overview.step('Open a document in an old generation')).toContainText('Done.')
  })

  await test.step('load the next one under keep', async () => {
    await overview.takeStep('Load the next one under keep')
    await new LoadPage(page).load('Keep')
    await expect(module.layer(5)).toContainText('current')
    await expect(module.layer(4)).toContainText('pinned by 3')
    await shell.goTo('Overview')
    await expect(overview.step('Load the next one under keep')).toContainText('Done.')
  })

  await test.step('upgrade one document', async () => {
    await overview.takeStep('Upgrade one document')
    await new ProcessPage(page).upgrade.click()
    await plan.confirm.click()
    await expect(receipt.items).toHaveCount(1)
    await expect(receipt.items).toContainText('moved')
    await shell.goTo('Overview')
    await expect(overview.step('Upgrade one document')).toContainText('Done.')
  })

  await test.step('soft-purge what has drained', async () => {
    await overview.takeStep('Soft purge what has drained')
    await expect(module.layer(1)).toContainText('no process pins it')
    await module.softPurge(1).click()
    await expect(module.layer(1)).toHaveCount(0)
    await shell.goTo('Overview')
    await expect(overview.step('Soft purge what has drained')).toContainText('Done.')
  })

  await test.step('force-purge one and read the receipt', async () => {
    const inside = (await scribe.pidsIn(2)).toSorted()
    const before = await scribe.pids()
    await overview.takeStep('Force purge one and read the receipt')
    await plan.confirmBy('session@2', 'the five steps')
    await expect(receipt.heading).toHaveText('Receipt: purge session@2')
    expect(await receipt.pids()).toEqual(inside)
    for (const pid of inside) await expect(receipt.item(pid)).toContainText('killed')
    expect(await scribe.pids()).toEqual(before.filter((pid) => !inside.includes(pid)))
    await shell.goTo('Overview')
    await expect(overview.steps).toContainText('5 of 5')
  })
})
