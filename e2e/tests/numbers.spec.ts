import { startScribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'
import { OverviewPage } from '../pages/overview.page.ts'
import { ModulePage } from '../pages/module.page.ts'
import { ProcessesPage } from '../pages/processes.page.ts'

test('every number leads to exactly what it counts, the address is the whole state, and a selection follows its pids', async ({
  page,
  start,
}) => {
  const scribe = await startScribe(start, { documents: 12, deploys: 2 })
  const { server } = scribe
  const processes = new ProcessesPage(page)
  const total = (count: number) => page.getByText(`${count} process${count === 1 ? '' : 'es'}`, { exact: true })
  const inside = await scribe.pidsIn(1)

  await test.step('the sentence counts documents, and leads to as many', async () => {
    await server.open(page)
    const documents = new OverviewPage(page).sentence.getByRole('link').first()
    await expect(documents).toHaveText(/^\d+ documents$/)
    const counted = Number.parseInt((await documents.textContent()) ?? '', 10)
    await documents.click()
    await expect(total(counted)).toBeVisible()
    await expect(processes.rows).toHaveCount(counted)
  })

  await test.step('a layer says how many pin it, and leads to exactly these', async () => {
    await new ModulePage(page).open(server, 'session')
    await new ModulePage(page)
      .layer(1)
      .getByRole('link', { name: `pinned by ${inside.length}` })
      .click()
    await expect(total(inside.length)).toBeVisible()
    await expect(processes.rows).toHaveCount(inside.length)
    for (const pid of inside) await expect(processes.row(pid)).toBeVisible()
  })

  await test.step('what is searched and sorted stands in the address, and another browser sees the same', async () => {
    await processes.open(server, '?module=session')
    await processes.search.fill('a')
    // An order that nothing changes while two browsers look at it.
    const header = page.getByRole('columnheader', { name: /^Age/ })
    await header.getByRole('button').click()
    await expect(header).toHaveAttribute('aria-sort', /ending$/)
    await expect(page).toHaveURL(/search=a/)
    await expect(page).toHaveURL(/sort=startedAt/)
    const shown = await processes.rows.getByRole('link').first().textContent()
    const other = await page.context().newPage()
    await other.goto(page.url())
    await expect(other.getByRole('searchbox', { name: 'Search processes' })).toHaveValue('a')
    await expect(other.getByRole('columnheader', { name: /^Age/ })).toHaveAttribute('aria-sort', /ending$/)
    await expect(new ProcessesPage(other).rows.getByRole('link').first()).toHaveText(shown ?? '')
    await other.close()
  })

  await test.step('a selection keeps who lives, whatever the order, and drops who has ended', async () => {
    await processes.open(server, '?module=session&generation=1')
    const [first, second] = inside as [string, string]
    await processes.select(first, second)
    await expect(processes.selection).toContainText('2 processes selected')
    await page.getByRole('columnheader', { name: /^Age/ }).getByRole('button').click()
    await expect(processes.selection).toContainText('2 processes selected')
    await scribe.close(first)
    await expect(processes.selection).toContainText('1 process selected')
    await expect(page.getByRole('checkbox', { name: `Select ${second}`, exact: true })).toBeChecked()
  })
})
