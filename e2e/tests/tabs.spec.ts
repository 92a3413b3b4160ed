import { startScribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'
import { ProcessPage } from '../pages/process.page.ts'
import { ShellPage } from '../pages/shell.page.ts'

test('eight tabs stand side by side, all are live, and each can act', async ({ page, context, start }) => {
  const scribe = await startScribe(start, { documents: 8, deploys: 0 })
  const pids = await scribe.pidsIn(1)
  expect(pids).toHaveLength(8)
  const pages = [page]
  while (pages.length < 8) pages.push(await context.newPage())
  await scribe.server.open(page)

  for (const [index, tab] of pages.entries()) await new ProcessPage(tab).open(scribe.server, pids[index]!)
  for (const tab of pages) await expect(new ShellPage(tab).live).toBeVisible()
  await Promise.all(
    pages.map(async (tab, index) => {
      await new ProcessPage(tab).killSoon(`by tab ${index + 1}`)
      await new ActPage(tab).hurry()
    }),
  )
  for (const [index, tab] of pages.entries()) await expect(new ActPage(tab).item(pids[index]!)).toContainText('killed')
  expect(await scribe.pidsIn(1)).toEqual([])

  // What happens reaches every one of them.
  const fresh = await scribe.open('fresh.md', '# Fresh\n')
  await Promise.all(
    pages.map(async (tab) => {
      await new ShellPage(tab).goTo('Overview')
      await expect(tab.getByRole('heading', { level: 1 })).toContainText('1 document lives')
    }),
  )
  await scribe.close(fresh)
  for (const tab of pages) await expect(tab.getByRole('heading', { level: 1 })).toContainText('No document lives', { timeout: 60_000 })
})
