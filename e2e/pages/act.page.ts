import type { Locator, Page } from '@playwright/test'

/** For so long the server holds the end of one process back. */
const CANCEL_WINDOW_MS = 5_000

/** The receipt of an act. */
export class ActPage {
  readonly page: Page
  readonly heading: Locator
  readonly items: Locator
  readonly timer: Locator
  readonly cancel: Locator
  readonly now: Locator

  constructor(page: Page) {
    this.page = page
    this.heading = page.getByRole('heading', { level: 1, name: /^Receipt: / })
    this.timer = page.getByRole('timer')
    this.cancel = page.getByRole('button', { name: 'Cancel', exact: true })
    this.now = page.getByRole('button', { name: 'Now', exact: true })
    this.items = page
      .getByRole('table', { name: 'Items of this act' })
      .getByRole('row')
      .filter({ has: page.getByRole('cell') })
  }

  /** Does not wait until it can no longer be taken back; on a slow machine it has begun by itself. */
  async hurry(): Promise<void> {
    await this.now.click({ timeout: CANCEL_WINDOW_MS }).catch(() => undefined)
  }

  /** The line of one process. */
  item(pid: string): Locator {
    return this.items.filter({ has: this.page.getByRole('link', { name: pid, exact: true }) })
  }

  /** Pids of the receipt, sorted. */
  async pids(): Promise<readonly string[]> {
    return (await this.items.getByRole('link').allInnerTexts()).sort()
  }
}
