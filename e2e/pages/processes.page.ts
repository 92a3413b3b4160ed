import type { Locator, Page } from '@playwright/test'
import type { StrataServer } from '../fixtures/strata-server.ts'

/** The table of processes. */
export class ProcessesPage {
  readonly page: Page
  readonly rows: Locator
  readonly selection: Locator
  readonly search: Locator

  constructor(page: Page) {
    this.page = page
    this.rows = page
      .getByRole('table', { name: 'Processes' })
      .getByRole('row')
      .filter({ has: page.getByRole('cell') })
    this.selection = page.getByRole('region', { name: 'Selected processes' })
    this.search = page.getByRole('searchbox', { name: 'Search processes' })
  }

  async open(server: StrataServer, query = ''): Promise<void> {
    await server.open(this.page, `/processes${query}`)
  }

  row(pid: string): Locator {
    return this.rows.filter({ has: this.page.getByRole('link', { name: pid, exact: true }) })
  }

  async openProcess(pid: string): Promise<void> {
    await this.row(pid).getByRole('link', { name: pid, exact: true }).click()
  }

  async select(...pids: readonly string[]): Promise<void> {
    for (const pid of pids) await this.page.getByRole('checkbox', { name: `Select ${pid}`, exact: true }).check()
  }

  async kill(count: number): Promise<void> {
    await this.selection.getByRole('button', { name: `Kill ${count}…` }).click()
  }
}
