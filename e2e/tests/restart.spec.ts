import { expect, test } from '../fixtures/test.ts'
import { LoadPage } from '../pages/load.page.ts'
import { ModulePage } from '../pages/module.page.ts'

const SYSTEM = {
  'room.ts': `import { receive } from '@strata/runtime/process'\nexport async function start() { await receive() }\n`,
  'generations/room/2-second.ts': `// the second\nimport { receive } from '@strata/runtime/process'\nexport async function start() { await receive() }\n`,
  'strata.config.ts': `export default { start: [{ module: 'room', export: 'start', name: 'lobby' }] }\n`,
}

test('RESTART1 the server is killed: the console comes back signed in, with the same generations, receipts and history', async ({
  page,
  start,
}) => {
  const server = await start(SYSTEM)
  const load = new LoadPage(page)
  await load.open(server, '?module=room&file=generations/room/2-second.ts')
  await load.load('Keep')
  await expect(new ModulePage(page).layer(2)).toContainText('current')
  const purged = await server.json<{ plan: string }>('purge', 'room@1', '--yes', '--reason', 'make room')
  await page.goto(`${server.url}/acts/${purged.plan}`)
  await expect(page.getByText('1 process ended')).toBeVisible()

  await server.crashAndRestart()
  await page.reload()
  await expect(page.getByText('1 process ended')).toBeVisible()
  await page.goto(`${server.url}/activity`)
  const events = page.getByRole('list', { name: 'Events' })
  await expect(events.getByText(/The server restarted after a crash/)).toBeVisible()
  await expect(events.getByText(/purged room@1/)).toBeVisible()
  await expect(events.getByText(/loaded room@2/)).toBeVisible()

  await test.step('the choice stands in the address', async () => {
    await page.getByText('By module, person and time').click()
    await page.getByLabel('Who').fill('nobody')
    await page.getByRole('button', { name: 'Show' }).click()
    await expect(page).toHaveURL(/actor=nobody/)
    await expect(page.getByText('Nothing of this kind has happened')).toBeVisible()
    await page.getByLabel('Who').fill('')
    await page.getByLabel('Module').fill('room')
    await page.getByRole('button', { name: 'Show' }).click()
    // Two loads and the purge, and that the file was read.
    await expect(events.getByRole('listitem')).toHaveCount(4)
  })

  await test.step('the trail is whole, and leaves as a file', async () => {
    await page.getByRole('button', { name: 'Verify the trail' }).click()
    await expect(page.getByText(/The trail is whole: \d+ entries/)).toBeVisible()
    const file = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export CSV' }).click()
    expect((await file).suggestedFilename()).toMatch(/^activity-.*\.csv$/)
  })

  await test.step('the charts reach back behind the restart', async () => {
    await page.goto(`${server.url}/?minutes=360`)
    await expect(page.getByRole('region', { name: 'Processes by generation' })).toBeVisible()
    await expect(page.getByRole('link', { name: 'last 6 h' })).toHaveAttribute('aria-current', 'true')
  })
})
