import type { Locator, Page } from '@playwright/test'
import type { StrataServer } from '../fixtures/strata-server.ts'

export type Policy = 'Refuse' | 'Soft purge' | 'Keep' | 'Purge'

/** Loading: choose a source, see what it would do, decide. */
export class LoadPage {
  readonly page: Page
  readonly loadButton: Locator
  readonly note: Locator
  readonly refusal: Locator
  readonly uploadInput: Locator

  constructor(page: Page) {
    this.page = page
    this.loadButton = page.getByRole('main').getByRole('button', { name: /^Load…?$/ })
    this.note = page.getByRole('textbox', { name: 'Note' })
    this.refusal = page.getByRole('alert')
    this.uploadInput = page.getByLabel('TypeScript files')
  }

  async open(server: StrataServer, query = ''): Promise<void> {
    await server.open(this.page, `/load${query}`)
  }

  async chooseFile(path: string): Promise<void> {
    await this.page.getByRole('table', { name: 'Files that can be loaded' }).getByRole('button', { name: path, exact: true }).click()
  }

  policy(policy: Policy): Locator {
    return this.page.getByRole('radio', { name: new RegExp(`^${policy}`) })
  }

  /** The card of a policy, with what it would do right now. */
  policyCard(policy: Policy): Locator {
    return this.page
      .getByRole('group', { name: 'What happens to the older generations' })
      .locator('label')
      .filter({ has: this.policy(policy) })
  }

  policies(): Locator {
    return this.page.getByRole('group', { name: 'What happens to the older generations' }).getByRole('radio')
  }

  async load(policy: Policy): Promise<void> {
    await this.policy(policy).check()
    await this.loadButton.click()
  }

  /** Uploads a file of this machine. */
  async upload(path: string): Promise<void> {
    await this.page.getByRole('tab', { name: 'Upload' }).click()
    await this.uploadInput.setInputFiles(path)
  }

  /** The source in the editor. */
  editor(module: string): Locator {
    return this.page.getByRole('textbox', { name: new RegExp(`^Source (?:of|for) ${module}$`) })
  }

  async edit(): Promise<void> {
    await this.page.getByRole('tab', { name: 'Edit' }).click()
  }

  async check(): Promise<void> {
    await this.page.getByRole('button', { name: 'Check', exact: true }).click()
  }

  /** Puts a text in place of the one in the editor. */
  async replaceSource(module: string, text: string): Promise<void> {
    await this.editor(module).press('ControlOrMeta+a')
    await this.page.keyboard.insertText(text)
  }

  /** Brings what the check found into the middle of the page. */
  async showFindings(): Promise<void> {
    await this.page.getByRole('region', { name: /^The check found/ }).evaluate((region) => region.scrollIntoView({ block: 'center' }))
  }

  /** All that the check found. */
  diagnostics(): Locator {
    return this.page.getByRole('region', { name: /^The check found/ }).getByRole('listitem')
  }

  /** A group of findings: Errors, Warnings, or those of a loaded generation. */
  group(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true })
  }

  findings(name: string): Locator {
    return this.group(name).getByRole('listitem')
  }

  async uploadAll(files: readonly { readonly name: string; readonly text: string }[]): Promise<void> {
    await this.page.getByRole('tab', { name: 'Upload' }).click()
    await this.uploadInput.setInputFiles(files.map(({ name, text }) => ({ name, mimeType: 'text/typescript', buffer: Buffer.from(text) })))
  }
}
