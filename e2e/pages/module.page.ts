import type { Locator, Page } from '@playwright/test'
import type { StrataServer } from '../fixtures/strata-server.ts'

/** One module: its layers and what can be done with each. */
export class ModulePage {
  readonly page: Page
  readonly layers: Locator

  constructor(page: Page) {
    this.page = page
    this.layers = page.getByRole('list', { name: /^Layers of / }).getByRole('article')
  }

  async open(server: StrataServer, module: string): Promise<void> {
    await server.open(this.page, `/modules/${encodeURIComponent(module)}`)
  }

  layer(number: number): Locator {
    return this.page.getByRole('article', { name: `Generation ${number}`, exact: true })
  }

  softPurge(number: number): Locator {
    return this.page.getByRole('button', { name: `Soft purge generation ${number}`, exact: true })
  }

  forcePurge(number: number): Locator {
    return this.page.getByRole('button', { name: `Force purge generation ${number}…`, exact: true })
  }

  upgrade(number: number): Locator {
    return this.page.getByRole('button', { name: `Upgrade generation ${number}…`, exact: true })
  }

  rollback(number: number): Locator {
    return this.page.getByRole('button', { name: `Rollback to generation ${number}…` })
  }

  /** What the last soft purge said, at the layer it speaks of. */
  notice(text: RegExp): Locator {
    return this.page.getByRole('status').filter({ hasText: text })
  }

  /** Rows of the table of generations that are gone. */
  async openHistory(): Promise<Locator> {
    await this.page.getByRole('tab', { name: /^History/ }).click()
    return this.page.getByRole('table', { name: 'Purged generations' }).getByRole('row')
  }
}
