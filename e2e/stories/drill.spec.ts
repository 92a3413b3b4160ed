import { join } from 'node:path'
import { secondClient } from '../fixtures/second-client.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { LoadPage } from '../pages/load.page.ts'
import { ModulePage } from '../pages/module.page.ts'
import { OverviewPage } from '../pages/overview.page.ts'
import { PlanDialog } from '../pages/plan-dialog.page.ts'
import { ProcessesPage } from '../pages/processes.page.ts'

const DOCUMENTS = 24
/** Lower than the default, which these queues would reach a quarter of a minute later. */
const QUEUE_LIMIT = 200
const SCRIBE = join(import.meta.dirname, '../../examples/scribe')

// In bed: the whole path goes by a finger's width. At a desk it is walked by the incidents and by the tests of each act.
test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

test('the drill on a phone: a bad generation and five mad documents, found, seen, rolled back, fixed under keep, ended, upgraded, purged, handed over; no healthy document is lost', async ({
  page,
  start,
}) => {
  page.setDefaultTimeout(40_000)
  const server = await start(SCRIBE, {
    SCRIBE_DRILL: '1',
    SCRIBE_DRILL_AFTER_MS: '3000',
    SCRIBE_DRILL_LINE: '8000',
    SCRIBE_DEPLOYS: '2',
    SCRIBE_LIFETIMES: 'frozen',
    SCRIBE_DOCUMENTS: String(DOCUMENTS),
    SCRIBE_OPEN_EVERY_MS: '5',
  })
  const client = secondClient(server)
  await client.settings.setLimits.mutate({ limits: { queueOver: QUEUE_LIMIT }, reason: 'a short drill' })
  const documents = async () => {
    const { rows, total } = await client.processes.list.query({ module: 'session', search: '.md', limit: 500 })
    expect(rows.length).toBe(total)
    return rows
  }
  const isMad = ({ name }: { name: string | null }) => name?.startsWith('drill/') === true
  await expect.poll(async () => (await documents()).length, { timeout: 60_000 }).toBe(DOCUMENTS + 5)
  const healthy = (await documents()).filter((row) => !isMad(row)).map(({ pid }) => pid)
  const overview = new OverviewPage(page)
  const load = new LoadPage(page)
  const module = new ModulePage(page)
  const processes = new ProcessesPage(page)
  const plan = new PlanDialog(page)
  const receipt = new ActPage(page)

  // 1 Found from the Overview: who crashes, and whose queues are long.
  await server.open(page)
  const crashes = overview.needs.getByRole('link', { name: /crashes since .* in session@3/ })
  await expect(crashes).toBeVisible({ timeout: 120_000 })
  const queues = overview.needs.getByRole('link', { name: /have 200 or more messages waiting/ })
  await expect(queues).toContainText('5 processes', { timeout: 120_000 })

  // 2 Seen why: the reason stands in the activity, and the release that changed on the layer.
  await crashes.click()
  await expect(page.getByRole('list', { name: 'Events' })).toContainText('lead nowhere: no heading has an id')

  // 3 Rolled back first, so that what opens now is healthy. Then the fix is loaded under keep: nobody ends.
  await module.open(server, 'session')
  await module.rollback(2).click()
  await plan.reason.fill('in 3 no heading has an id')
  await plan.confirm.click()
  await expect(page.getByText(/Generation 2 of session is current. Nobody was ended/)).toBeVisible()
  await load.open(server, `?module=session&file=${encodeURIComponent('generations/session/7-ids-again.ts')}`)
  await load.note.fill('headings have their ids again; look at the five notes of drill/')
  await load.load('Keep')
  await expect(module.layer(4)).toContainText('current', { timeout: 60_000 })

  // 4 The five that are mad are ended by one plan over all that match, and nobody else.
  await page.goto(server.url)
  await queues.click()
  await expect(processes.rows).toHaveCount(5)
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
  await processes.kill(5)
  await plan.confirmBy('5', 'each check of theirs takes seconds')
  await expect(receipt.heading).toContainText('kill 5 processes', { timeout: 60_000 })
  await expect.poll(async () => (await documents()).filter(isMad).length, { timeout: 60_000 }).toBe(0)

  // 5 The rest is upgraded, generation by generation.
  for (const number of [1, 2, 3]) {
    if (((await client.modules.generations.query({ module: 'session' })).find((one) => one.number === number)?.pins ?? 0) === 0) continue
    await module.open(server, 'session')
    await module.upgrade(number).click()
    await plan.confirm.click()
    await expect(page.getByText(/moved/).first()).toBeVisible({ timeout: 60_000 })
  }

  // 6 What has drained goes.
  await module.open(server, 'session')
  for (const number of [1, 2, 3]) {
    const purged = module.notice(new RegExp(`Generation ${number} was soft-purged`))
    await expect(async () => {
      if (!(await purged.isVisible())) await module.softPurge(number).click({ timeout: 10_000 })
      await expect(purged).toBeVisible({ timeout: 10_000 })
    }).toPass({ timeout: 120_000 })
  }

  const after = await documents()
  expect(after.map(({ pid }) => pid).sort()).toEqual([...healthy].sort())
  expect(new Set(after.map(({ generation }) => generation))).toEqual(new Set([4]))
  // 7 The day shift reads what was done, by whom and why, and what it should look at.
  await server.open(page, '/activity')
  await page.getByText('Write a handover').click()
  await page.getByRole('button', { name: 'Write', exact: true }).click()
  const handover = page.getByLabel('Handover as Markdown')
  for (const told of [
    'in 3 no heading has an id',
    'headings have their ids again; look at the five notes of drill/',
    'each check of theirs takes seconds',
  ])
    await expect(handover).toContainText(told)

  // The review finds nothing more.
  const since = new Date().toISOString()
  await expect.poll(async () => (await client.activity.list.query({ types: ['crashed'], since })).lines.length).toBe(0)
})
