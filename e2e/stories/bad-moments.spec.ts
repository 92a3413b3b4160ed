import { room, type Rooms, startRooms } from '../fixtures/rooms.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { ModulePage } from '../pages/module.page.ts'
import { OverviewPage } from '../pages/overview.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'
import { ProcessPage } from '../pages/process.page.ts'
import { ShellPage } from '../pages/shell.page.ts'

const HOUR_MS = 3_600_000
const CHART = 'Processes by generation'
/** More than a tab takes one by one when it wakes. */
const MISSED = 220

test('a clock that jumps, on either side: ages stay right, charts go on, and the time to take a kill back is what it was', async ({
  page,
  start,
  machineClock,
}) => {
  const clock = machineClock()
  const rooms = await startRooms((system) => start(system, clock.env))
  const pids = await rooms.byName()
  const overview = new OverviewPage(page)
  const module = new ModulePage(page)
  const process = new ProcessPage(page)
  const plan = new PlanDialog(page)
  const receipt = new ActPage(page)
  await page.clock.install()
  const drawnHour = async () => (await overview.newestReading(CHART))['UTC']?.slice(0, 2)
  const hour = () => new Date(clock.now()).toISOString().slice(11, 13)

  await test.step("the server's clock is set, ahead and back", async () => {
    await rooms.server.open(page)
    await overview.showTable(CHART)
    for (const hours of [3, -7]) {
      clock.jump(hours * HOUR_MS)
      await expect.poll(drawnHour).toBe(hour())
    }
    await page.goto(`${rooms.server.url}/processes/${pids['dora']}`)
    await expect(process.fact('Started')).toHaveText(/^(just now|\d+ s ago|[1-3] m ago)$/)
  })

  await test.step("the browser's clock is set", async () => {
    await page.clock.setSystemTime(Date.now() + 5 * HOUR_MS)
    await page.goto(`${rooms.server.url}/modules/room`)
    await expect(new ShellPage(page).live).toBeVisible()
    await module.forcePurge(1).click()
    await expect(plan.dialog.getByText(/^Plan expires in 0[45]:\d\d$/)).toBeVisible()
    clock.jump(-2 * HOUR_MS)
    await expect(plan.dialog.getByText(/^Plan expires in 04:[0-4]\d$/)).toBeVisible()
    await plan.cancel.click()
  })

  await test.step('the clock is set while a kill can be taken back', async () => {
    await page.goto(`${rooms.server.url}/processes/${pids['cleo']}`)
    await process.killSoon('slipped')
    await expect(receipt.timer).toHaveText(/^in [1-5] s$/)
    clock.jump(2 * HOUR_MS)
    await receipt.cancel.click()
    await expect(page.getByText('Taken back before it began: nobody was touched.')).toBeVisible()
    expect(await rooms.names()).toContain('cleo')
  })

  await test.step('who does not want to wait presses Now', async () => {
    await page.goto(`${rooms.server.url}/processes/${pids['cleo']}`)
    await process.killSoon('meant it')
    await page.getByRole('button', { name: 'Now', exact: true }).click()
    await expect(receipt.item(pids['cleo']!)).toContainText('killed')
  })
})

test('a tab sleeps through a night, and a phone turns in the midst of a plan', async ({ page, start }) => {
  const rooms = await startRooms(start)
  const module = new ModulePage(page)
  const plan = new PlanDialog(page)
  await page.clock.install()
  await module.open(rooms.server, 'room')
  await expect(module.layer(2)).toContainText('current')
  await expect(new ShellPage(page).live).toBeVisible()

  const stopped = page.getByRole('alert').filter({ hasText: 'Live data stopped' })

  await test.step('when it wakes what it shows is marked as old until it has read it again, once', async () => {
    // As the browser does it: the tab is told, its timers stop, and hours later it is told again.
    await page.clock.pauseAt(Date.now() + 10_000)
    await page.evaluate(() => document.dispatchEvent(new Event('freeze')))
    await sleepThrough(rooms)
    let letThrough: () => void = () => undefined
    const isOpen = new Promise<void>((resolve) => (letThrough = resolve))
    await page.route('**/trpc/live.events*', async (route) => {
      await isOpen
      await route.continue()
    })
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('/trpc/')) asked.push(new URL(request.url()).pathname)
    })
    await page.clock.fastForward('08:00:00')
    await page.clock.resume()
    await page.evaluate(() => document.dispatchEvent(new Event('resume')))
    await expect(stopped).toContainText('8 h')
    await expect(module.softPurge(1)).toHaveAttribute('aria-disabled', 'true')
    letThrough()
    await expect(module.layer(3)).toContainText('current')
    await expect(stopped).toBeHidden()
    expect(asked.length, asked.join('\n')).toBeLessThan(20)
  })

  await test.step('turning the phone keeps what is typed, where the focus is and how long the plan holds', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await module.forcePurge(1).click()
    await plan.typed('room@1').fill('room@1')
    await plan.reason.fill('they are m')
    const plans = await rooms.client.plans.listOpen.query({ module: 'room' })
    for (const viewport of [
      { width: 844, height: 390 },
      { width: 390, height: 844 },
    ]) {
      await page.setViewportSize(viewport)
      await expect(plan.reason).toBeFocused()
      await expect(plan.dialog.getByText(/^Plan expires in 0[34]:\d\d$/)).toBeVisible()
      await page.keyboard.type('a')
    }
    await expect(plan.typed('room@1')).toHaveValue('room@1')
    await expect(plan.reason).toHaveValue('they are maa')
    // It is the same plan all the while.
    expect(await rooms.client.plans.listOpen.query({ module: 'room' })).toEqual(plans)
    await plan.confirm.click()
    await expect(new ActPage(page).items).toHaveCount(4)
  })
})

/** What happens while nobody looks: a load, and more messages than a tab takes one by one. */
async function sleepThrough(rooms: Rooms): Promise<void> {
  const { guest } = await rooms.byName()
  await rooms.client.modules.load.mutate({ sources: [{ module: 'room', text: room(3) }], old: 'keep' })
  for (let sent = 0; sent < MISSED; sent += 20)
    await Promise.all(Array.from({ length: 20 }, () => rooms.client.processes.send.mutate({ pid: guest!, message: {} })))
}
