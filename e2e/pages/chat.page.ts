import type { Locator, Page } from '@playwright/test'
import type { Chat } from '../fixtures/chat.ts'

/** The page of examples/rooms. */
export class ChatPage {
  readonly page: Page
  readonly nick: string
  readonly title: Locator
  readonly refusal: Locator
  readonly people: Locator
  readonly messages: Locator
  /** Not acknowledged yet. */
  readonly sending: Locator

  constructor(page: Page, nick: string) {
    this.page = page
    this.nick = nick
    this.title = page.getByRole('heading', { level: 1 })
    this.refusal = page.getByRole('alert')
    this.people = page.getByRole('list', { name: 'People here' }).getByRole('listitem')
    this.messages = page.getByRole('log', { name: 'Messages' }).locator('> div')
    this.sending = page.locator('.sending')
  }

  async enter({ url }: Chat, room = 'hall'): Promise<void> {
    await this.page.goto(url)
    await this.page.getByLabel('Room').fill(room)
    await this.page.getByLabel('Your name').fill(this.nick)
    await this.page.getByRole('button', { name: 'Enter' }).click()
  }

  async say(text: string): Promise<void> {
    const field = this.page.getByRole('textbox', { name: 'Message' })
    await field.fill(text)
    await field.press('Enter')
  }

  /** What was said, without who and when, from the first on. */
  async heard(): Promise<readonly string[]> {
    return this.messages.evaluateAll((items) => items.map((item) => item.lastChild?.textContent ?? ''))
  }
}
