import { startScribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { LoadPage } from '../pages/load.page.ts'
import { ModulePage } from '../pages/module.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'

test('GEN6 after a rollback new documents enter the older generation, and nobody has ended', async ({ page, start }) => {
  const scribe = await startScribe(start, { documents: 2, deploys: 0 })
  await scribe.load('generations/session/2-marked-6.ts')
  const after = await scribe.open('after.md', '# After\n')
  expect(await scribe.pidsIn(2)).toEqual([after])
  const before = { pids: await scribe.pids(), first: await scribe.pidsIn(1) }
  const module = new ModulePage(page)
  const plan = new PlanDialog(page)

  await module.open(scribe.server, 'session')
  await module.rollback(1).click()
  await expect(plan.dialog).toContainText('Generation 1 of session becomes current again')
  await expect(plan.dialog).toContainText('1 process in generation 2')
  await expect(plan.dialog).toContainText('Nobody ends.')
  await expect(plan.cancel).toBeFocused()
  await plan.reason.fill('6 drops the footnotes')
  await plan.confirm.click()

  await expect(new ActPage(page).heading).toContainText('rollback session@1')
  await expect(page.getByText('Generation 1 of session is current. Nobody was ended. 1 process stays in 2.')).toBeVisible()
  expect(await scribe.pids()).toEqual(before.pids)
  const fresh = await scribe.open('fresh.md', '# Fresh\n')
  expect([...(await scribe.pidsIn(1))].sort()).toEqual([...before.first, fresh].sort())
  expect(await scribe.pidsIn(2)).toEqual([after])

  await page.getByRole('link', { name: 'Open session' }).click()
  await expect(module.layer(1)).toContainText('current')
  await expect(module.layer(2)).toContainText('old')
  await page.goto(`${scribe.server.url}/activity?type=rolled_back`)
  await expect(page.getByText('owner rolled back to session@1, from generation 2; nobody was ended.')).toBeVisible()
  await expect(page.getByText('6 drops the footnotes')).toBeVisible()
})

test('GEN6 what was purged comes back from its kept source, as the next number', async ({ page, start }) => {
  const scribe = await startScribe(start, { documents: 0, deploys: 0 })
  await scribe.load('generations/session/2-marked-6.ts')
  await scribe.server.json('soft-purge', 'session@1')
  const module = new ModulePage(page)
  const plan = new PlanDialog(page)

  await module.open(scribe.server, 'session')
  const rows = await module.openHistory()
  await rows.getByRole('button', { name: 'Load again from its source, generation 1…' }).click()
  await expect(plan.dialog).toContainText('its kept source is loaded as generation 3')
  await plan.confirm.click()

  await expect(page.getByText('Generation 3 of session is current, made from the source of 1.')).toBeVisible()
  const [first, third] = [await scribe.layer(1), await scribe.layer(3)]
  expect(third).toMatchObject({ status: 'current', hash: first?.hash })
})

test('GEN9 a hold from the command line refuses the console its load, with who and why', async ({ page, start }) => {
  const scribe = await startScribe(start, { documents: 1, deploys: 0 })
  const module = new ModulePage(page)
  const load = new LoadPage(page)

  await load.open(scribe.server, '?module=session')
  await load.chooseFile('generations/session/2-marked-6.ts')
  await load.policy('Keep').check()
  // Paused, the page does not learn of the hold before the server refuses.
  await page.getByRole('button', { name: /^Pause/ }).click()
  await scribe.server.json('hold', 'session', '--for', '2h', '--reason', 'the roll-out is being watched')
  await load.loadButton.click()
  await expect(load.refusal).toContainText('Refused: session is held by token until')
  await expect(load.refusal).toContainText('Why: the roll-out is being watched')
  expect((await scribe.layer(1))?.status).toBe('current')

  await module.open(scribe.server, 'session')
  await expect(page.getByText(/^Held by token until .*: the roll-out is being watched$/)).toBeVisible()
  await page.getByRole('button', { name: 'Release…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Release session' }).click()
  await expect(page.getByRole('button', { name: 'Hold…' })).toBeVisible()
  await load.open(scribe.server, '?module=session&file=generations%2Fsession%2F2-marked-6.ts')
  await load.load('Keep')
  await expect(module.layer(2)).toContainText('current')
})
