import type { Locator, Page } from '@playwright/test'

/** The exact preview of an act, and its confirmation. */
export class PlanDialog {
  readonly page: Page
  readonly dialog: Locator
  readonly cancel: Locator
  readonly confirm: Locator
  readonly reason: Locator
  readonly victims: Locator
  readonly fallen: Locator

  constructor(page: Page) {
    this.page = page
    this.dialog = page.getByRole('dialog')
    this.cancel = this.dialog.getByRole('button', { name: 'Cancel' })
    this.confirm = this.dialog.getByRole('button', {
      name: /^(?:End \d+ and (?:purge|load|restart)|Restart|Purge|(?:Kill|Exit|Suspend|Resume|Move|Upgrade) \d+|Delete|Load|Roll back)/,
    })
    this.reason = this.dialog.getByRole('textbox', { name: 'Reason' })
    this.victims = this.dialog.getByRole('table', { name: 'Processes that end' })
    this.fallen = this.dialog.getByRole('table', { name: 'Processes that fall with them' })
  }

  /** The field that takes what has to be typed. */
  typed(phrase: string): Locator {
    return this.dialog.getByRole('textbox', { name: `Type ${phrase} to confirm` })
  }

  /** Pids of a table of processes, in its order. */
  pids(table: Locator): Promise<readonly string[]> {
    return table.getByRole('link').allInnerTexts()
  }

  async confirmBy(phrase: string, reason = ''): Promise<void> {
    await this.typed(phrase).fill(phrase)
    if (reason !== '') await this.reason.fill(reason)
    await this.confirm.click()
  }
}
