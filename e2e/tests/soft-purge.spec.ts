import { startScribe } from '../fixtures/scribe.ts'
import { secondClient } from '../fixtures/second-client.ts'
import { expect, test } from '../fixtures/test.ts'
import { ModulePage } from '../pages/module.page.ts'
import { OverviewPage } from '../pages/overview.page.ts'

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

test('PIN4 GEN9 of a tall stack all that have drained go in one click on the Overview, but not what is marked keep', async ({
  page,
  start,
}) => {
  const server = await start({ 'quiet.ts': 'export const quiet = 1\n' })
  const client = secondClient(server)
  for (let quiet = 2; quiet <= 10; quiet++)
    await client.modules.load.mutate({ sources: [{ module: 'quiet', text: `export const quiet = ${quiet}\n` }], old: 'keep' })
  await client.modules.mark.mutate({ module: 'quiet', number: 4, kind: 'keep', on: true, reason: 'to compare with' })
  const stack = new OverviewPage(page).stack('quiet')

  await server.open(page)
  await expect(stack.getByRole('listitem')).toHaveText([/^quiet@10current/, /9 more generations.*1 marked keep/])
  await stack.getByRole('button', { name: 'Soft purge 8 drained of quiet' }).click()
  await expect(stack.getByText('8 generations of quiet are purged. Nobody was ended.')).toBeVisible()
  await expect(stack.getByRole('listitem')).toHaveCount(2)
  const [quiet] = await client.modules.list.query()
  expect(quiet?.generations).toEqual([10, 4])
})
