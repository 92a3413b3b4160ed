import { expect, type Locator, type Page } from '@playwright/test'
import { ShellPage } from './shell.page.ts'

/** How somebody works the console: by keys alone, or by a finger on a narrow screen. */
export interface Hand {
  readonly page: Page
  /** Looks a page or an act up in the palette, and goes there. */
  palette(text: string, label: string): Promise<void>
  press(control: Locator): Promise<void>
  type(field: Locator, text: string): Promise<void>
  choose(select: Locator, option: string): Promise<void>
  /** Chooses one of a few, each of which is a card that can be touched as a whole. */
  pick(radio: Locator, card: Locator): Promise<void>
  /** Opens a row of a table. */
  openRow(row: Locator): Promise<void>
  /** Selects a row of a table. */
  selectRow(row: Locator): Promise<void>
}

/** More radios than a group has. */
const RADIOS_MAX = 10

/** Keys alone: no pointer is moved. */
export class KeyboardHand implements Hand {
  readonly page: Page
  readonly #shell: ShellPage

  constructor(page: Page) {
    this.page = page
    this.#shell = new ShellPage(page)
  }

  async palette(text: string, label: string): Promise<void> {
    // One that goes away only now would still have the keys.
    await expect(this.page.getByRole('dialog')).toHaveCount(0)
    await this.page.keyboard.press('ControlOrMeta+k')
    await expect(this.#shell.palette.getByRole('combobox')).toBeFocused()
    await this.page.keyboard.insertText(text)
    await expect(this.page.getByRole('option', { selected: true })).toContainText(label)
    await this.page.keyboard.press('Enter')
    await expect(this.#shell.palette).toHaveCount(0)
  }

  async press(control: Locator): Promise<void> {
    await this.#reach(control)
    await this.page.keyboard.press('Enter')
  }

  async type(field: Locator, text: string): Promise<void> {
    await this.#reach(field)
    await this.page.keyboard.press('ControlOrMeta+a')
    await this.page.keyboard.insertText(text)
  }

  async choose(select: Locator, option: string): Promise<void> {
    await this.#reach(select)
    await this.page.keyboard.type(option)
    await expect(select.locator('option:checked')).toHaveText(option)
  }

  async pick(radio: Locator): Promise<void> {
    // A group is one stop of the Tab key: its chosen radio, or its first.
    const chosen = this.page.locator('fieldset').filter({ has: radio }).locator('input:checked')
    await this.#reach(
      (await chosen.count()) === 0 ? this.page.locator('fieldset').filter({ has: radio }).getByRole('radio').first() : chosen,
    )
    for (let presses = 0; presses < RADIOS_MAX && !(await radio.isChecked()); presses++)
      await this.page.keyboard.press(presses === 0 ? 'Space' : 'ArrowDown')
    await expect(radio).toBeChecked()
  }

  async openRow(row: Locator): Promise<void> {
    await this.#reachRow(row)
    await this.page.keyboard.press('Enter')
  }

  async selectRow(row: Locator): Promise<void> {
    await this.#reachRow(row)
    await this.page.keyboard.press('x')
    await expect(row.getByRole('checkbox')).toBeChecked()
  }

  async #reach(control: Locator): Promise<void> {
    await expect(control).toBeVisible()
    const row = this.page.locator('tbody > tr[tabindex]').filter({ has: control })
    if ((await row.count()) > 0) {
      await this.#reachRow(row)
      await this.#shell.tabTo(control, 'ArrowRight')
      return
    }
    // Inside a menu arrows lead on, as in any other.
    await this.#shell.tabTo(control, (await control.getAttribute('role')) === 'menuitem' ? 'ArrowDown' : 'Tab')
  }

  /** Arrow down from the table's own stop; from a row of it, on from there. */
  async #reachRow(row: Locator): Promise<void> {
    await expect(row).toBeVisible()
    const frame = this.page.locator('section[tabindex="0"]').filter({ has: row })
    const isInside = await frame.evaluate((node) => node.contains(document.activeElement))
    if (!isInside) await this.#shell.tabTo(frame)
    await this.#shell.tabTo(row, 'ArrowDown')
  }
}

/** A finger: each thing it touches is 44 px high or stands free, and nothing lies over it. */
export class TouchHand implements Hand {
  readonly page: Page
  readonly #shell: ShellPage
  /** What was touched and is smaller than a finger. */
  readonly tooSmall: string[] = []

  constructor(page: Page) {
    this.page = page
    this.#shell = new ShellPage(page)
  }

  async palette(text: string, label: string): Promise<void> {
    await this.press(this.page.getByRole('banner').getByRole('button', { name: /^Palette/ }))
    await this.type(this.#shell.palette.getByRole('combobox'), text)
    await this.press(this.#shell.palette.getByRole('option').filter({ hasText: label }).first())
    await expect(this.#shell.palette).toHaveCount(0)
  }

  async press(control: Locator): Promise<void> {
    // What is drawn anew in between is looked at again, as `tap` does by itself.
    await expect(async () => {
      await control.scrollIntoViewIfNeeded()
      const box = await control.boundingBox()
      if (box !== null && (box.height < 43.5 || box.width < 24))
        this.tooSmall.push(`${String(control)} ${Math.round(box.width)}×${Math.round(box.height)}`)
    }).toPass()
    await control.tap()
  }

  async type(field: Locator, text: string): Promise<void> {
    await this.press(field)
    await field.fill(text)
  }

  async choose(select: Locator, option: string): Promise<void> {
    await select.selectOption({ label: option })
  }

  async pick(radio: Locator, card: Locator): Promise<void> {
    await this.press(card)
    await expect(radio).toBeChecked()
  }

  async openRow(row: Locator): Promise<void> {
    await this.press(row.locator('a[href], button').first())
  }

  async selectRow(row: Locator): Promise<void> {
    await this.press(row.locator('label').first())
    await expect(row.getByRole('checkbox')).toBeChecked()
  }
}
