import { startScribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'
import { ModulePage } from '../pages/module.page.ts'

test('PIN4 a soft purge of a pinned generation changes nothing and names the pids; once they have closed it succeeds', async ({
  page,
  start,
}) => {
  const scribe = await startScribe(start, { documents: 2, deploys: 0 })
  await scribe.load('generations/session/2-marked-6.ts')
  const inside = await scribe.pidsIn(1)
  expect(inside).toHaveLength(2)
  const before = { pids: await scribe.pids(), layer: await scribe.layer(1) }
  const module = new ModulePage(page)

  await module.open(scribe.server, 'session')
  await module.softPurge(1).click()
  const refused = module.notice(/Not purged: generation 1 is pinned by 2/)
  for (const pid of inside) await expect(refused.getByRole('link', { name: pid, exact: true })).toBeVisible()
  expect(await scribe.pids()).toEqual(before.pids)
  expect(await scribe.layer(1)).toEqual(before.layer)

  for (const pid of inside) expect((await scribe.server.strata('send', pid, '{"type":"close"}')).code).toBe(0)
  await expect(module.layer(1)).toContainText('no process pins it')
  await module.softPurge(1).click()
  await expect(module.notice(/Generation 1 was soft-purged/)).toBeVisible()
  await expect(module.layer(1)).toHaveCount(0)
  await expect((await module.openHistory()).filter({ hasText: 'soft' })).toContainText('nobody')
  expect(await scribe.layer(1)).toMatchObject({ status: 'purged', purge: { kind: 'soft', killed: [] } })
})
