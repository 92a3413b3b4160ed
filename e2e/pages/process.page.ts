import { expect, type Locator, type Page } from '@playwright/test'
import type { StrataServer } from '../fixtures/strata-server.ts'

/** One process: what it does, why it holds what it holds, what it answers. */
export class ProcessPage {
  readonly page: Page
  readonly heading: Locator
  readonly pins: Locator
  readonly upgrade: Locator
  readonly suspend: Locator
  readonly resume: Locator
  readonly more: Locator
  readonly kill: Locator
  readonly killDialog: Locator
  readonly trace: Locator
  readonly traceDialog: Locator
  /** Entries of the trace that is shown. */
  readonly traced: Locator
  readonly document: Locator
  readonly differs: Locator
  readonly frames: Locator

  constructor(page: Page) {
    this.page = page
    this.heading = page.getByRole('heading', { level: 1 })
    this.pins = page
      .getByRole('table', { name: 'Pins of this process' })
      .getByRole('row')
      .filter({ has: page.getByRole('cell') })
    this.upgrade = page.getByRole('button', { name: 'Upgrade…' })
    this.suspend = page.getByRole('button', { name: 'Suspend', exact: true })
    this.resume = page.getByRole('button', { name: 'Resume', exact: true })
    this.more = page.getByRole('button', { name: 'More acts' })
    this.kill = page.getByRole('button', { name: 'Kill…' })
    this.killDialog = page.getByRole('dialog', { name: /^Kill / })
    this.trace = page.getByRole('button', { name: /^Trace (messages|again)…$/ })
    this.traceDialog = page.getByRole('dialog', { name: /^Trace / })
    this.traced = page
      .getByRole('region', { name: 'Messages of this trace' })
      .getByRole('row')
      .filter({ has: page.getByRole('cell') })
    this.document = page.getByLabel('Document', { exact: true })
    this.differs = page.getByText(/answer differently$/)
    this.frames = page.locator('iframe')
  }

  /** Chooses an act of the menu. */
  async act(name: 'Send message…' | 'Exit…'): Promise<void> {
    await this.more.click()
    await this.page.getByRole('menuitem', { name }).click()
  }

  async open(server: StrataServer, pid: string, query = ''): Promise<void> {
    await server.open(this.page, `/processes/${pid}${query}`)
  }

  /** The answer of its generation, as text. */
  answer(generation: string): Locator {
    return this.page.getByLabel(`Answer of ${generation}`, { exact: true })
  }

  /** What stands beside a term among its facts. */
  fact(term: string): Locator {
    return this.page
      .getByRole('term')
      .filter({ hasText: new RegExp(`^${term}$`) })
      .locator('xpath=following-sibling::dd[1]')
  }

  /** One side of the difference between its own generation's answer and the current one's. */
  side(which: 'its own' | 'current', generation: string): Locator {
    return this.page.getByRole('textbox', { name: `${which}: ${generation}` })
  }

  async showRendered(): Promise<void> {
    await this.page.getByRole('button', { name: 'Show rendered' }).click()
  }

  async askAgain(): Promise<void> {
    await this.page.getByRole('button', { name: 'Ask again' }).click()
  }

  /** Asks the server to kill it in 5 s, and ends on the receipt. */
  async killSoon(reason: string): Promise<void> {
    await this.kill.click()
    await this.killDialog.getByRole('textbox', { name: 'Reason' }).fill(reason)
    // Off while no live data comes, as for a moment on a busy machine: a press just then does nothing.
    await expect(async () => {
      if (await this.killDialog.isVisible()) await this.killDialog.getByRole('button', { name: /^Kill / }).click({ timeout: 20_000 })
      await expect(this.killDialog).toBeHidden({ timeout: 10_000 })
    }).toPass({ timeout: 180_000 })
  }
}
