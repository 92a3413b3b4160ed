import { startScribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'
import { ProcessesPage } from '../pages/processes.page.ts'

/** Markup, a direction override, an escape sequence and a formula; a name has 120 characters at most. */
const NAME = '=1+1<b id="owned">bold</b>\u202egnp.exe\u001b[31m'
const RAW = /[\u202e\u001b]/

test('names and reasons from outside are text and nothing else: on pages, in titles, in the terminal', async ({ page, start }) => {
  const scribe = await startScribe(start, { documents: 1, deploys: 0 })
  const pid = await scribe.open(NAME, '# Named\n')
  const processes = new ProcessesPage(page)

  await processes.open(scribe.server, '?sort=startedAt&descending=1')
  await expect(processes.row(pid)).toContainText('=1+1<b id="owned">bold</b>')
  const seen = async () => {
    expect(await page.locator('#owned').count(), page.url()).toBe(0)
    expect(await page.evaluate(() => document.body.innerText + document.title), page.url()).not.toMatch(RAW)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), page.url()).toBe(0)
  }
  await seen()
  await page.setViewportSize({ width: 390, height: 844 })
  await processes.openProcess(pid)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(pid)
  await seen()

  const killed = await scribe.server.strata('kill', pid, '--reason', `${NAME} ${'long '.repeat(150)}`)
  expect([killed.code, killed.stdout]).toEqual([0, `${pid} killed\n`])
  await page.goto(`${scribe.server.url}/activity?type=acts`)
  await expect(page.getByRole('list', { name: 'Events' })).toContainText(pid)
  await seen()
  for (const line of [await scribe.server.strata('events'), await scribe.server.strata('ps')]) {
    expect(line.code).toBe(0)
    expect(line.stdout).not.toMatch(RAW)
  }
})
