import { startScribe } from '../fixtures/scribe.ts'
import { SUPERVISED } from '../fixtures/supervised.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { KeyboardHand } from '../pages/hand.ts'
import { LoadPage } from '../pages/load.page.ts'
import { ModulePage } from '../pages/module.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'
import { ProcessesPage } from '../pages/processes.page.ts'
import { ShellPage } from '../pages/shell.page.ts'

test('a load and a purge are done by keyboard alone; a dialog opens on Cancel and gives the focus back', async ({ page, start }) => {
  const scribe = await startScribe(start, { documents: 2, deploys: 0 })
  const shell = new ShellPage(page)
  const load = new LoadPage(page)
  const module = new ModulePage(page)
  const plan = new PlanDialog(page)

  await test.step('load', async () => {
    await scribe.server.open(page)
    await expect(shell.live).toBeVisible()
    await page.keyboard.press('g')
    await page.keyboard.press('m')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Modules')
    await page.keyboard.press('ControlOrMeta+k')
    await page.keyboard.type('load session')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Load')
    await new KeyboardHand(page).press(page.getByRole('button', { name: 'generations/session/2-marked-6.ts', exact: true }))
    await expect(load.policy('Refuse')).toBeChecked()
    await shell.tabTo(load.policy('Refuse'))
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await expect(load.policy('Keep')).toBeChecked()
    await shell.tabTo(load.loadButton)
    await page.keyboard.press('Enter')
    await expect(module.layer(2)).toContainText('current')
  })

  await test.step('purge', async () => {
    await shell.tabTo(module.forcePurge(1))
    await page.keyboard.press('Enter')
    await expect(plan.cancel).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(plan.dialog).toHaveCount(0)
    await expect(module.forcePurge(1)).toBeFocused()

    await page.keyboard.press('Enter')
    await expect(plan.cancel).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(plan.dialog).toHaveCount(0)
    await expect(module.forcePurge(1)).toBeFocused()

    await page.keyboard.press('Enter')
    await expect(plan.cancel).toBeFocused()
    await shell.tabTo(plan.typed('session@1'))
    await page.keyboard.type('session@1')
    await shell.tabTo(plan.reason)
    await page.keyboard.type('by keyboard')
    await shell.tabTo(plan.confirm)
    await page.keyboard.press('Enter')
    await expect(new ActPage(page).items).toHaveCount(2)
    await expect(page.getByText('by keyboard')).toBeVisible()
    expect(await scribe.layer(1)).toMatchObject({ status: 'purged', purge: { kind: 'forced', reason: 'by keyboard' } })
  })
})

test('a table is one stop of the Tab key: arrows lead through its rows, what stands in them, and its heads', async ({ page, start }) => {
  const server = await start(SUPERVISED)
  const processes = new ProcessesPage(page)
  const shell = new ShellPage(page)
  await processes.open(server, '?search=room')
  await expect(processes.rows).toHaveCount(4)
  const frame = page.getByRole('region', { name: 'Processes', exact: true })
  const [first, second] = [processes.rows.nth(0), processes.rows.nth(1)]
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }

  await shell.tabTo(frame)
  await press('Tab')
  await expect(frame.locator(':focus')).toHaveCount(0)
  await press('Shift+Tab')
  await expect(frame).toBeFocused()
  await press('ArrowDown', 'ArrowRight')
  await expect(first.getByRole('checkbox')).toBeFocused()
  await press('Space', 'ArrowRight')
  await expect(first.getByRole('checkbox')).toBeChecked()
  await expect(first.getByRole('link').first()).toBeFocused()
  await press('ArrowDown')
  await expect(second).toBeFocused()
  await press('ArrowRight', 'Escape')
  await expect(second).toBeFocused()
  await press('ArrowUp', 'ArrowUp')
  await expect(page.getByRole('checkbox', { name: 'Select all on this page' })).toBeFocused()
  await press('ArrowRight', 'ArrowRight', 'Enter')
  await expect(page).toHaveURL(/sort=name/)
  await press('ArrowDown')
  await expect(processes.rows.nth(0)).toBeFocused()
  await press('Shift+Tab')
  await expect(frame).toBeFocused()
  await press('ArrowDown', 'Enter')
  await expect(page).toHaveURL(/\/processes\/1\.\d+/)
})

test('keys pressed alone can be switched off, and the help tells them', async ({ page, start }) => {
  const server = await start({ 'quiet.ts': 'export const quiet = true\n' })
  const shell = new ShellPage(page)
  await server.open(page)
  await expect(shell.live).toBeVisible()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Help' })).toBeVisible()
  await page.getByRole('checkbox', { name: 'Keys pressed alone act' }).uncheck()
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+k')
  await expect(shell.palette).toBeVisible()
})
