import type { Page } from '@playwright/test'
import { secondClient } from '../fixtures/second-client.ts'
import { preferTheme } from '../fixtures/prefer-theme.ts'
import { expect, test } from '../fixtures/test.ts'
import { LoadPage } from '../pages/load.page.ts'

const ROOM = `import { receive, reply } from '@strata/runtime/process'
import * as current from './room.ts'

export const upgrade = { type: 'upgrade' }

export async function open(): Promise<void> {
  return loop(0)
}

export async function resume(count: number): Promise<void> {
  return loop(count)
}

async function loop(count: number): Promise<void> {
  const message = await receive<{ type: string }>()
  if (message.type === 'upgrade') return current.resume(count)
  if (message.type === 'close') return
  reply(message, count)
  return loop(count + 1)
}
`

const HOUSE = `import { receive, spawn } from '@strata/runtime/process'

export async function keep(): Promise<void> {
  for (const name of ['ada', 'bob', 'cleo']) spawn({ module: 'room', export: 'open' }, [], { name })
  await receive()
}
`

const SYSTEM = {
  'room.ts': ROOM,
  'house.ts': HOUSE,
  'strata.config.ts': `export default { name: 'rooms', start: [{ module: 'house', export: 'keep', name: 'house' }] }\n`,
}

/** Errors of the console, broken rules of the content security policy among them. */
function watchFaults(page: Page): readonly string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  return faults
}

for (const look of ['dark', 'light', 'phone'] as const) {
  test(`DIAG7 a check shows errors, warnings and what processes would lose, at their lines and in a list that leads there (${look})`, async ({
    page,
    start,
    picture,
  }) => {
    const server = await start(SYSTEM)
    const client = secondClient(server)
    await expect.poll(async () => (await client.modules.list.query()).find(({ name }) => name === 'room')?.layers[0]?.pins).toBe(3)
    const load = new LoadPage(page)
    const faults = watchFaults(page)
    if (look === 'phone') await page.setViewportSize({ width: 390, height: 844 })

    await load.open(server, '?module=room&tab=edit')
    await preferTheme(page, look === 'light' ? 'light' : 'dark')
    await load.replaceSource(
      'room',
      ROOM.replace('export async function resume', 'async function resume')
        .replace('async function loop(count: number)', 'const seen = new Map<number, string>()\n\nasync function loop(count: number)')
        .replace('reply(message, count)', 'seen.set(count, count)\n  reply(message, { count, tell: () => count })'),
    )
    // A busy machine may need more than 3 s for the first check of types; the check says so, and the next is quick.
    await expect(async () => {
      await load.check()
      await expect(load.findings('Warnings').filter({ hasText: 'type_error' })).toContainText('room.ts:20:19', { timeout: 5_000 })
    }).toPass()
    await expect(load.findings('Warnings').filter({ hasText: 'module_state' })).toContainText('room.ts:14:7')
    await expect(load.findings('Warnings').filter({ hasText: 'function_in_message' })).toContainText('room.ts:21:')
    await expect(load.findings('Warnings').filter({ hasText: 'missing_export' })).toContainText('room has no export resume')
    await expect(load.findings('In room@1')).toContainText('removed_export')
    await expect(load.group('In room@1')).toContainText('which 3 processes still hold')
    await expect(page.getByText(/checked in \d+\.\d s/)).toBeVisible()
    await expect(load.editor('room').locator('.cm-lintRange-warning')).toHaveCount(4)
    await expect(load.loadButton).toBeVisible()
    await load.showFindings()
    await picture(page, `diagnostics-${look}`)

    await load.findings('Warnings').filter({ hasText: 'type_error' }).getByRole('button').click()
    await expect(load.editor('room')).toBeFocused()
    await expect(load.editor('room').locator('.cm-activeLine')).toContainText('seen.set(count, count)')

    await load.replaceSource('room', `${ROOM}\nexport const broken = = 1\n`)
    await load.check()
    await expect(load.findings('Errors')).toHaveCount(1)
    await expect(load.findings('Errors')).toContainText('room.ts:22:23')
    await expect(load.editor('room').locator('.cm-lintRange-error')).toHaveCount(1)
    await expect(load.loadButton).toHaveCount(0)
    await load.showFindings()
    await picture(page, `diagnostics-error-${look}`)
    await load.editor('room').locator('.cm-lintRange-error').hover()
    await expect(page.locator('.cm-tooltip-lint')).toContainText('Unexpected token')

    await load.replaceSource('room', `${ROOM}// the same\n`)
    await load.check()
    await expect(page.getByText(/^Nothing found, checked in \d+\.\d s$/)).toBeVisible()
    await expect(load.editor('room').locator('.cm-lintRange')).toHaveCount(0)
    expect(faults).toEqual([])
  })
}

test('DIAG7 several files are checked as one set, each with its findings, and a file that is loaded with warnings tells them', async ({
  page,
  start,
}) => {
  const server = await start(SYSTEM)
  const load = new LoadPage(page)
  await load.open(server)
  await load.uploadAll([
    { name: 'room.ts', text: `${ROOM}\nlet count = 0\nexport const more = () => ++count\n` },
    { name: 'house.ts', text: `import { less } from './room.ts'\n${HOUSE}export const f = () => less()\n` },
  ])
  await expect(load.findings('Errors')).toContainText('room has no export less')
  await expect(load.findings('Warnings')).toContainText('room.ts:22:5')
  await load.findings('Warnings').getByRole('button').click()
  await expect(load.editor('room')).toBeFocused()
  await expect(load.editor('house').locator('.cm-lintRange-error')).toHaveCount(1)
})
