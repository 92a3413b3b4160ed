import type { Locator, Page } from '@playwright/test'

export type SettingsPlace = 'sessions' | 'people' | 'tokens' | 'approvals'

/** Settings: people, tokens, approvals, and the reader's own sessions. */
export class SettingsPage {
  readonly page: Page
  readonly dialog: Locator

  constructor(page: Page) {
    this.page = page
    this.dialog = page.getByRole('dialog')
  }

  async open(url: string, place: SettingsPlace): Promise<void> {
    await this.page.goto(`${url}/settings/${place}`)
  }

  person(name: string): Locator {
    return this.page.getByRole('table', { name: 'Accounts' }).getByRole('row').filter({ hasText: name })
  }

  /** Invites somebody and answers with the one-time link. */
  async invite(name: string, fullName: string, role: string): Promise<string> {
    await this.page.getByRole('textbox', { name: 'Name', exact: true }).fill(name)
    await this.page.getByRole('textbox', { name: 'Full name' }).fill(fullName)
    await this.page.getByRole('combobox', { name: 'Role' }).selectOption(role)
    await this.page.getByRole('button', { name: 'Invite', exact: true }).click()
    const link = this.page.getByRole('status').getByText(/#invitation=/)
    return (await link.textContent()) ?? ''
  }

  async act(person: string, item: string): Promise<void> {
    await this.page.getByRole('button', { name: `Acts for ${person}` }).click()
    await this.page.getByRole('menuitem', { name: item }).click()
  }

  /** Opens an invitation's link and chooses a password by it. */
  async accept(link: string, password: string): Promise<void> {
    await this.page.goto(link)
    await this.page.getByLabel('Choose a password').fill(password)
    await this.page.getByRole('button', { name: 'Set the password and sign in' }).click()
  }
}
