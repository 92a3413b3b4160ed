import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { room, startRooms } from '../fixtures/rooms.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { LoadPage } from '../pages/load.page.ts'
import { ModulePage } from '../pages/module.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'
import { SettingsPage } from '../pages/settings.page.ts'

test("incident: two operators and a pipeline act on one module. Each sees the others' plans, what is stale is refused, and nothing is lost or done twice", async ({
  page,
  browser,
  start,
}) => {
  const rooms = await startRooms(start)
  const { server, client } = rooms
  const before = await rooms.byName()
  const folder = join(server.systemFolder, 'generations/room')
  mkdirSync(folder, { recursive: true })
  for (const version of [3, 4, 5]) writeFileSync(join(folder, `${version}.ts`), room(version))
  const pipeline = (version: number, ...more: string[]) => server.strata('load', join(folder, `${version}.ts`), '--old', 'keep', ...more)

  const anna = await (await browser.newContext()).newPage()
  const { url } = await client.people.invite.mutate({ name: 'anna', role: 'deployer' })
  await new SettingsPage(anna).accept(url, 'correct horse battery staple')
  const [ownersModule, annasModule] = [new ModulePage(page), new ModulePage(anna)]
  const [ownersPlan, annasPlan] = [new PlanDialog(page), new PlanDialog(anna)]

  await test.step('both plan to purge the same generation, and each sees that the other is about to', async () => {
    await ownersModule.open(server, 'room')
    await ownersModule.forcePurge(1).click()
    await expect(ownersPlan.victims.getByRole('link')).toHaveCount(3)
    await anna.goto(`${server.url}/modules/room`)
    await expect(anna.getByText(/owner is about to purge 1, plan of/)).toBeVisible()
    await annasModule.forcePurge(1).click()
    await expect(annasPlan.victims.getByRole('link')).toHaveCount(3)
    await expect
      .poll(async () => (await client.plans.listOpen.query({ module: 'room' })).map(({ owner }) => owner).sort())
      .toEqual(['anna', 'owner'])
  })

  await test.step('the pipeline loads meanwhile: what both decided on holds no longer, and nobody is touched', async () => {
    expect(await pipeline(3, '--expect-current', '2')).toMatchObject({ code: 0 })
    await ownersPlan.confirmBy('room@1', 'they are mad')
    await expect(ownersPlan.dialog.getByRole('alert')).toContainText('nothing was done, nobody was touched')
    await expect(ownersPlan.dialog.getByRole('alert')).toContainText('generation 3 is current, and this was decided on generation 2')
    expect(await rooms.byName()).toEqual(before)
  })

  await test.step('anna purges by a plan of what is there now; the owner, who confirms late, ends nobody twice', async () => {
    await annasPlan.confirmBy('room@1', 'as agreed')
    await expect(annasPlan.dialog.getByRole('alert')).toContainText('Changed meanwhile')
    await annasPlan.confirmBy('room@1', 'as agreed')
    await expect(new ActPage(anna).items).toHaveCount(4)
    await ownersPlan.confirmBy('room@1')
    await expect(ownersPlan.dialog.getByRole('alert')).toContainText('room@1 is gone')
    await page.keyboard.press('Escape')
    expect(await rooms.names()).toEqual(['dora', 'house'])
  })

  await test.step('a load that was decided on what is no longer current is refused, with who changed it', async () => {
    const load = new LoadPage(page)
    await load.open(server, '?module=room&file=generations/room/4.ts')
    await load.policy('Keep').check()
    // Paused, the page does not learn of the pipeline's load before the server refuses.
    await page.getByRole('button', { name: /^Pause/ }).click()
    expect(await pipeline(5), 'the pipeline').toMatchObject({ code: 0 })
    await load.loadButton.click()
    await expect(load.refusal).toContainText('generation 4 is current, and this was decided on generation 3')
    await page.getByRole('button', { name: /^Go on/ }).click()
    await expect(page.getByText(/^room@4 was loaded .* by token\.$/)).toBeVisible()
    expect((await pipeline(4, '--expect-current', '3')).code, 'a pipeline that comes late').toBe(1)
    await page.getByRole('button', { name: 'Check again' }).click()
    // What was chosen for the former check does not count for the new one.
    await expect(page.getByRole('textbox', { name: 'this one, to be room@5' })).toBeVisible()
    await load.load('Keep')
    await expect(ownersModule.layer(5)).toContainText('current')
  })

  await test.step('a hold refuses the others, whatever door they come by', async () => {
    await anna.goto(`${server.url}/modules/room`)
    await anna.getByRole('button', { name: 'Hold…' }).click()
    await anna.getByRole('dialog').getByRole('textbox', { name: 'Reason' }).fill('I look at it')
    await anna.getByRole('dialog').getByRole('button', { name: /^Hold/ }).click()
    await expect(page.getByText(/^Held by anna/)).toBeVisible()
    const refused = await pipeline(3, '--again')
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('held by anna')])
    await anna.getByRole('button', { name: 'Release…' }).click()
    await anna.getByRole('dialog').getByRole('button', { name: 'Release room' }).click()
    await expect(page.getByText(/^Held by anna/)).toBeHidden()
    expect((await pipeline(3, '--again')).code).toBe(0)
  })

  // Each act stands in the trail once, by who did it; what was refused is no act.
  const { lines } = await client.activity.list.query({ module: 'room', types: ['loaded', 'purged'], limit: 50 })
  expect(
    lines.toReversed().flatMap((line) => {
      if (line.type === 'loaded')
        return line.modules
          .filter(({ module }) => module === 'room')
          .map(({ module, number }) => `${line.by?.actor} loaded ${module}@${number}`)
      return line.type === 'purged' ? [`${line.by?.actor} purged ${line.module}@${line.generations.join()}`] : []
    }),
  ).toEqual([
    'system loaded room@1',
    'token loaded room@2',
    'token loaded room@3',
    'anna purged room@1',
    'token loaded room@4',
    'owner loaded room@5',
    'token loaded room@6',
  ])
  expect(await rooms.names()).toEqual(['dora', 'house'])
})
