import { AxeBuilder } from '@axe-core/playwright'
import { secondClient } from '../fixtures/second-client.ts'
import { expect, test } from '../fixtures/test.ts'
import { ShellPage } from '../pages/shell.page.ts'

const HOUSE = `import { run } from '@strata/runtime/supervisor'
export async function start() { return run('house') }
export function init() { return { intensity: 10, children: [{ id: 'doorman', start: { behaviour: 'server', module: 'doorman', name: 'doorman' } }] } }
`
const DOORMAN = `export const init = () => 0
export const handleCast = { trip({ over }: { over: string }) { throw new Error('tripped over 1 ' + over) } }
`
const CONFIG = `export default { start: [{ module: 'house', export: 'start', name: 'house' }] }`

test('CRASH1 a crash is told with its line, its message and how often it was restarted, on its own page and on its successor’s', async ({
  page,
  start,
  picture,
}) => {
  const server = await start({ 'house.ts': HOUSE, 'doorman.ts': DOORMAN, 'strata.config.ts': CONFIG })
  const client = secondClient(server)
  const doorman = async () => (await client.processes.list.query({ search: 'doorman' })).rows.find(({ name }) => name === 'doorman')?.pid
  let latest: string | undefined
  for (let times = 0; times < 2; times++) {
    const pid = (await doorman())!
    latest = pid
    await client.processes.send.mutate({ pid, message: { $cast: { type: 'trip', over: 'a carpet', password: 'hunter2' } } })
    await expect.poll(doorman).not.toBe(pid)
    await expect.poll(doorman).toBeDefined()
  }
  await server.open(page, '/crashes')
  await expect(page.getByRole('heading', { level: 2 })).toContainText('tripped over N a carpet')
  await expect(page.getByText('2 crashes')).toBeVisible()
  await page.getByText('Latest report').click()
  await expect(page.getByRole('region', { name: 'Stack at the crash' })).toContainText('doorman@1')
  await page.getByRole('button', { name: 'Show its last message' }).click()
  await expect(page.getByRole('region', { name: 'Last message' })).toContainText('over: "a carpet"')
  await expect(page.getByText('hunter2')).toHaveCount(0)
  await expect(page.getByRole('definition').filter({ hasText: /^1$/ })).toHaveCount(2)
  const shell = new ShellPage(page)
  for (const theme of ['Light', 'Dark'] as const) {
    await shell.switchTheme(theme)
    // Its types are those of another copy of Playwright.
    expect((await new AxeBuilder({ page: page as never }).include('main').analyze()).violations, theme).toEqual([])
    await picture(page, `crashes-report-${theme.toLowerCase()}`)
  }
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await shell.overflowWidth()).toBe(0)
  await picture(page, 'crashes-report-phone')
  await server.open(page, `/processes/${await doorman()}`)
  await expect(page.getByText(`Its predecessor ${latest} crashed`)).toBeVisible()
  await page.getByText('Report', { exact: true }).click()
  await expect(page.getByRole('region', { name: 'Stack at the crash' })).toContainText('tripped over 1 a carpet')
  expect(await shell.overflowWidth()).toBe(0)
  await picture(page, 'predecessor-phone')
})
