import type { Locator, Page } from '@playwright/test'

/** More presses than any page has places. */
const TABS_MAX = 150

/** What stands around every page of the console. */
export class ShellPage {
  readonly page: Page
  readonly main: Locator
  readonly live: Locator
  readonly palette: Locator

  constructor(page: Page) {
    this.page = page
    this.main = page.getByRole('main')
    this.live = page.getByRole('banner').getByText('Live', { exact: true })
    this.palette = page.getByRole('dialog', { name: 'Go to, or do' })
  }

  async goTo(place: 'Overview' | 'Modules' | 'Processes' | 'Activity'): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: place, exact: true }).click()
  }

  async switchTheme(to: 'Dark' | 'Light'): Promise<void> {
    await this.page.getByRole('button', { name: 'Settings' }).click()
    await this.page.getByRole('menuitem', { name: `${to} theme` }).click()
  }

  async signOut(): Promise<void> {
    await this.page.getByRole('button', { name: 'Settings' }).click()
    await this.page.getByRole('menuitem', { name: /^Sign out/ }).click()
  }

  /** Presses Tab, or another key that leads on, until the element has the focus. */
  async tabTo(element: Locator, key: 'Tab' | 'ArrowDown' | 'ArrowRight' = 'Tab'): Promise<void> {
    let node = await element.elementHandle()
    for (let presses = 0; presses < TABS_MAX; presses++) {
      // Found anew only when the page has put another in its place: finding by role takes longer than a press.
      const state = await node?.evaluate((one) => (one === document.activeElement ? 'focused' : one.isConnected ? 'there' : 'replaced'))
      if (state === 'focused') return
      if (state !== 'there') node = await element.elementHandle()
      else await this.page.keyboard.press(key)
    }
    throw new Error(`${key} does not lead to ${String(element)}`)
  }

  /** How much wider than the screen the page is, in pixels. */
  overflowWidth(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  }
}
