import { AxeBuilder } from '@axe-core/playwright'
import { secondClient } from '../fixtures/second-client.ts'
import { room, SUPERVISED } from '../fixtures/supervised.ts'
import { preferTheme } from '../fixtures/prefer-theme.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'
import { ProcessesPage } from '../pages/processes.page.ts'
import { ShellPage } from '../pages/shell.page.ts'

test('SUP14 the tree of supervisors shows who is started again, how often, and how much more each bears', async ({
  page,
  start,
  picture,
}) => {
  const server = await start(SUPERVISED)
  const client = secondClient(server)
  await server.open(page, '/')
  await expect(new ShellPage(page).live).toBeVisible()
  await page.keyboard.press('g')
  await page.keyboard.press('u')
  await expect(page.getByRole('heading', { name: 'Supervisors', level: 1 })).toBeVisible()
  const tree = page.getByRole('region', { name: 'What lobby supervises' })
  await expect(tree.getByRole('row', { name: /rooms.*3 children, one-for-one/ })).toContainText('1 of 1 left in 1 m')
  await expect(tree.getByRole('row', { name: /rooms.*3 children/ })).toContainText('on scheduler 2')
  await expect(tree.getByRole('row', { name: /blue.*server room/ })).toContainText('permanent, on scheduler 1')
  const clock = tree.getByRole('row', { name: /clock\.start, permanent/ })
  await expect(clock).toContainText('running')
  const { rows } = await client.processes.list.query({ search: 'clock' })
  await client.processes.send.mutate({ pid: rows[0]?.pid ?? '', message: {} })
  await expect(tree.getByRole('row', { name: /lobby.*2 children/ })).toContainText('0 of 1 left')
  await picture(page, 'supervisors')

  await tree.getByRole('row', { name: /red/ }).getByRole('link').first().click()
  await expect(page.getByText('as red, permanent')).toBeVisible()
  await expect(page.getByText('server, between messages')).toBeVisible()
  await page.getByRole('link', { name: 'rooms', exact: true }).click()
  await expect(page).toHaveURL(/\/supervisors\?root=/)
  await expect(page.getByRole('region', { name: 'What rooms supervises' })).toBeVisible()

  const listed = await server.strata('supervisors')
  expect(listed.stdout).toMatch(/lobby +supervisor of lobby, one-for-one +0 of 1 left in 1 m 0 s +1/)
  expect(listed.stdout).toMatch(/red +server room, permanent +running +0/)
})

test('CANCEL1 whoever falls with it, the kill of one process waits until it can no longer be taken back, from its page and from the table', async ({
  page,
  start,
}) => {
  const server = await start(SUPERVISED)
  const client = secondClient(server)
  const { rows } = await client.processes.list.query({})
  const pidOf = (name: string): string => rows.find((row) => row.name === name)!.pid
  const plan = new PlanDialog(page)
  const fromPage = async (pid: string) => {
    await server.open(page, `/processes/${pid}`)
    await page.getByRole('button', { name: 'Kill…' }).click()
  }
  const fromTable = async (pid: string) => {
    const processes = new ProcessesPage(page)
    await processes.open(server)
    await processes.select(pid)
    await processes.kill(1)
  }
  for (const [ask, pid] of [
    [fromPage, pidOf('red')],
    [fromTable, pidOf('clock')],
  ] as const) {
    await ask(pid)
    await expect(plan.dialog).toContainText('For 5 s it can be taken back.')
    await plan.confirm.click()
    await expect(page.getByRole('heading', { level: 1, name: `Receipt: kill ${pid}` })).toBeVisible()
    // One that was carried out at once has no time at which it was to begin.
    const acts = await client.acts.list.query({})
    expect(acts.find(({ title }) => title === `kill ${pid}`)).toMatchObject({ startsAt: expect.any(String) })
  }
})

test('PLAN3 a plan says first which supervisor gives up, what falls with it, and who is started again and where; so it happens', async ({
  page,
  start,
  picture,
}) => {
  const server = await start(SUPERVISED)
  const client = secondClient(server)
  await client.modules.load.mutate({ sources: [{ module: 'room', text: room(2) }], old: 'keep', note: 'the next one' })
  await server.open(page, '/modules/room?generation=1&act=purge')
  const plan = new PlanDialog(page)
  await expect(plan.dialog.getByText('1 supervisor ends by this, with all that it supervises')).toBeVisible()
  await expect(plan.dialog.getByText(/rooms gives up: it bears 1 restart in 1 m, and 3 children end here/)).toBeVisible()
  await expect(plan.dialog.getByRole('listitem').filter({ hasText: /rooms.* in rooms@1 by lobby/ })).toBeVisible()
  await picture(page, 'plan-gives-up')
  const dry = await server.strata('purge', 'room@1', '--dry-run')
  expect(dry.stdout).toMatch(/^Supervisor rooms \(\S+\) GIVES UP: 3 more ends are beyond its 1 restart in 1 m 0 s\.\n/)
  expect(dry.stdout).toContain('Supervisor lobby starts rooms')

  await plan.confirmBy('room@1', 'the rooms are wrong')
  await expect(new ActPage(page).heading).toBeVisible()
  await expect
    .poll(async () =>
      (await client.processes.list.query({ module: 'room', sort: 'name' })).rows.map((row) => `${row.name} ${row.generation}`),
    )
    .toEqual(['blue 2', 'green 2', 'red 2'])
  const { rows } = await client.supervisors.list.query({})
  expect(rows.map(({ name, restartsLeft }) => [name, restartsLeft])).toEqual([
    ['lobby', 0],
    ['rooms', 1],
  ])
})

test('SUP14 a filled tree has no axe findings in either theme, and scrolls sideways at no width', async ({ page, start, picture }) => {
  const server = await start(SUPERVISED)
  await server.open(page, '/supervisors')
  const shell = new ShellPage(page)
  const tree = page.getByRole('region', { name: 'What lobby supervises' })
  for (const theme of ['dark', 'light'] as const) {
    await preferTheme(page, theme)
    await expect(tree.getByRole('row', { name: /red/ })).toBeVisible()
    // Its types are those of another copy of Playwright.
    const { violations } = await new AxeBuilder({ page: page as never }).analyze()
    expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([])
    await picture(page, `supervisors-${theme}`)
  }
  for (const width of [320, 390, 768, 900, 1_024]) {
    await page.setViewportSize({ width, height: 800 })
    await expect(tree).toBeVisible()
    expect(await shell.overflowWidth(), String(width)).toBe(0)
    await picture(page, `supervisors-${width}`)
  }
})
