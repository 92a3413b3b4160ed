import type { Page } from '@playwright/test'
import { preferTheme } from '../fixtures/prefer-theme.ts'
import { expect, test } from '../fixtures/test.ts'
import { ShellPage } from '../pages/shell.page.ts'

// Facts that the browser computed, and no pictures: the console is set in the fonts of whoever looks, so stored pictures would
// compare the fonts of two machines. Contrast and names are axe's (every-page.spec.ts); what follows is what a designer would
// hold a ruler to.

const RULER_PX = 1
const CONTROLS = 'button, input:not([type=checkbox], [type=radio]), select, label:has(input[type=checkbox])'

test('components keep their sizes, lines and colours in both themes, at a desk and under a finger', async ({ page, start }) => {
  const server = await start({ 'quiet.ts': 'export const quiet = true\n' })
  await server.open(page, '/components')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Components')

  await test.step('a target has 24 px at a desk, and 44 px under a finger', async () => {
    expect(await smallerThan(page, 24)).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await smallerThan(page, 44)).toEqual([])
    expect(await new ShellPage(page).overflowWidth()).toBe(0)
    await page.setViewportSize({ width: 1440, height: 900 })
  })

  await test.step('buttons of a size stand on one line, and neither work nor rest changes their height', async () => {
    for (const name of ['Default', 'Primary', 'Ghost', 'With an icon', 'Busy', /^Disabled/, 'Danger'] as const) {
      const [medium, small] = await boxes(page, name)
      const [likeMedium, likeSmall] = await boxes(page, 'Default')
      for (const [box, like] of [
        [medium, likeMedium],
        [small, likeSmall],
      ]) {
        expect(Math.abs(box!.height - like!.height), String(name)).toBeLessThanOrEqual(RULER_PX)
        expect(Math.abs(box!.y - like!.y), String(name)).toBeLessThanOrEqual(RULER_PX)
      }
    }
  })

  await test.step('two fields side by side begin on one line, whatever stands under them; all of a form share its edges', async () => {
    const form = page.getByRole('form', { name: 'An example' })
    const box = async (name: string) => (await form.getByRole('textbox', { name }).boundingBox())!
    const [left, right, whole] = [await box('Left'), await box('Right'), await box('Over the whole width')]
    expect(Math.abs(left.y - right.y)).toBeLessThanOrEqual(RULER_PX)
    expect(Math.abs(left.width - right.width)).toBeLessThanOrEqual(RULER_PX)
    expect(Math.abs(left.x - whole.x)).toBeLessThanOrEqual(RULER_PX)
    expect(Math.abs(right.x + right.width - whole.x - whole.width)).toBeLessThanOrEqual(RULER_PX)
  })

  await test.step('figures of a column end on one line', async () => {
    const ends = await page.locator('td.text-right').evaluateAll((cells) => {
      const columns = new Map<string, number[]>()
      for (const cell of cells as HTMLTableCellElement[]) {
        const range = document.createRange()
        range.selectNodeContents(cell)
        const key = `${[...document.querySelectorAll('table')].indexOf(cell.closest('table')!)} ${cell.cellIndex}`
        columns.set(key, [...(columns.get(key) ?? []), range.getBoundingClientRect().right])
      }
      return [...columns.values()]
    })
    expect(ends.length).toBeGreaterThan(0)
    for (const column of ends) expect(Math.max(...column) - Math.min(...column)).toBeLessThanOrEqual(RULER_PX)
  })

  await test.step('each tone has a colour of its own, another in each theme', async () => {
    const tones = async (theme: 'dark' | 'light') => {
      await preferTheme(page, theme)
      return page.getByRole('main').evaluate((main) =>
        ['good', 'info', 'warn', 'bad', 'accent'].map((tone) => {
          const badge = [...main.querySelectorAll('span')].find((span) => span.textContent === tone && span.className.includes('soft'))!
          return `${getComputedStyle(badge).color} on ${getComputedStyle(badge).backgroundColor}`
        }),
      )
    }
    const dark = await tones('dark')
    const light = await tones('light')
    expect(new Set([...dark, ...light]).size).toBe(dark.length + light.length)
  })

  await test.step('who asked for less motion gets none', async () => {
    const moving = () =>
      page.evaluate(() => document.getAnimations().filter((one) => Number(one.effect?.getComputedTiming().activeDuration) > 1_000).length)
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    expect(await moving()).toBeGreaterThan(0)
    await page.emulateMedia({ reducedMotion: 'reduce' })
    expect(await moving()).toBe(0)
  })
})

/** The two buttons of a name among the first part's, medium before small. */
async function boxes(page: Page, name: string | RegExp) {
  const buttons = page.getByRole('region', { name: 'Button, IconButton' }).getByRole('button', { name })
  return [(await buttons.nth(0).boundingBox())!, (await buttons.nth(1).boundingBox())!]
}

/** Controls of the page that are lower or narrower than so many pixels. */
function smallerThan(page: Page, px: number): Promise<readonly string[]> {
  return page
    .getByRole('main')
    .locator(CONTROLS)
    .evaluateAll(
      (controls, least) =>
        controls
          .map((control) => ({ box: control.getBoundingClientRect(), name: control.getAttribute('aria-label') ?? control.textContent }))
          .filter(({ box }) => box.width > 0 && (Math.round(box.height) < least || Math.round(box.width) < Math.min(least, 24)))
          .map(({ box, name }) => `${name} ${Math.round(box.width)}×${Math.round(box.height)}`),
      px,
    )
}
